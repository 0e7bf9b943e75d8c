"""A headless Chromium, and a service with a sample practice for it to look at."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped] # it has no types.
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.sample import PASSWORD, PRACTICE, furnish
from tests.processes import Portal, Running, careroute, wait_for
from tests.servers.ports import free_port

WIDE = {"width": 1280, "height": 900}
# Half of 640: a phone, and what is left of a small window at 200 %.
NARROW = {"width": 320, "height": 640}
# What axe calls a violation of WCAG 2.2 A and AA, and its own best practices.
AXE: dict[str, Any] = {"resultTypes": ["violations"]}
# All that the other colours can change.
AXE_ON_COLOURS: dict[str, Any] = AXE | {"runOnly": ["color-contrast", "link-in-text-block"]}


def find_chromium() -> str | None:
    """Debian's browser, or the one that CHROMIUM names. The one without windows takes two thirds as long."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


# Not longer than a file: while it runs, no other event loop can begin on this thread.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser; tests are skipped without one."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium: apt-get install chromium, or name one in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Site:
    """A running service, and what its commands can do."""

    data: Path
    portal: Portal

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.portal.port}"

    def command(self, *arguments: str, given: str | None = None) -> str:
        """Run a command on its data; returns what it printed."""
        done = careroute(*arguments, given=given, CAREROUTE_DATA_DIR=str(self.data))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail_link(self) -> str:
        """The link to the caught emails, as the service has printed it."""
        found = re.search(r"http://\S+/mail\?token=\S+", (self.data / "run.log").read_text())
        assert found
        return found[0]

    def portal_link(self, patient: str, actor: str | None = None) -> str:
        """A fresh link into the portal, as a frontend's key would make it."""
        body = {"actor": actor} if actor else {}
        status, made = self.portal.call("POST", f"/v1/patients/{patient}/portal-link", body)
        assert status == 200, made
        url: str = made["url"]
        return url

    def messaging(self) -> Any:  # noqa: ANN401 - JSON is what it is.
        """The settings as they are saved."""
        return self.portal.call("GET", "/v1/messaging")[1]


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data directory with the sample practice, made once for each process of the test run, and its key."""
    data = tmp_path_factory.mktemp("furnished")
    return data, furnish(data)


@pytest.fixture
def site(furnished: tuple[Path, str], tmp_path: Path) -> Iterator[Site]:
    """A service on the embedded engine with the sample practice; everybody's password is PASSWORD."""
    with serving(furnished, tmp_path) as made:
        yield made


@contextmanager
def serving(furnished: tuple[Path, str], data: Path, **more: str) -> Iterator[Site]:
    """A service on the embedded engine with the sample practice in this folder, as its own browser finds it.

    `more` are settings of its environment.
    """
    template, key = furnished
    shutil.copytree(template, data, dirs_exist_ok=True)
    portal = Portal(free_port(), key)
    settings = {"CAREROUTE_DATA_DIR": str(data), "PUBLIC_URL": f"http://127.0.0.1:{portal.port}", "LOG_LEVEL": "DEBUG"}
    settings |= more
    with Running(("run", "--port", str(portal.port), "--mail"), data / "run.log", settings):
        wait_for(portal.is_ready, "the service")
        yield Site(data, portal)


@dataclass
class Visitor:
    """Somebody with a browser window of their own."""

    site: Site
    context: BrowserContext
    page: Page

    def sign_in(self, staff: str, following: str = "", practice: str = PRACTICE) -> Page:
        """Sign in as a member of staff, or with an empty practice as an operator."""
        self.page.goto(f"{self.site.url}/sign-in" + (f"?next={following}" if following else ""))
        self.page.get_by_label("Practice", exact=True).fill(practice)
        self.page.get_by_label("Email address or staff id").fill(staff)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        # The next page is whole, its scripts at work, before anybody touches it or moves its clock.
        self.page.wait_for_url(lambda address: "/sign-in" not in address)
        return self.page

    def enter_portal(self, patient: str, actor: str | None = None) -> Page:
        """Come into the portal as a patient, or as somebody who acts for them."""
        self.page.goto(self.site.portal_link(patient, actor))
        if "/enter" in self.page.url:
            # Without scripts the button is pressed by hand, and where somebody else's messages are open, always.
            button = self.page.get_by_role("button", name=re.compile("^Open (my|the other) messages$"))
            if button.is_visible():
                button.click()
        return self.page


MakeVisitor = Callable[..., Visitor]


@pytest.fixture
def visitor(site: Site, chromium: Browser) -> Iterator[MakeVisitor]:
    """Opens windows: `visitor(viewport=NARROW, color_scheme="dark", java_script_enabled=False)`.

    A script that fails, or that the policy of the page stops, fails the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(**options: Any) -> Visitor:  # noqa: ANN401 - Playwright's own options.
        context = chromium.new_context(**({"viewport": WIDE} | options))
        opened.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        return Visitor(site, context, page)

    yield open_window
    for context in opened:
        context.close()
    assert not complaints


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Looks at a page, light and dark, for what keeps people out: `axe(page)` fails with what it finds."""

    def look(page: Page) -> None:
        _look(page, AXE)
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        page.emulate_media(color_scheme="light" if dark else "dark")
        _look(page, AXE_ON_COLOURS)
        page.emulate_media(color_scheme="dark" if dark else "light")

    return look


def _look(page: Page, options: dict[str, Any]) -> None:
    is_loaded = page.evaluate("'axe' in window")
    found = Axe("null" if is_loaded else AXE_SCRIPT).run(page, options=options)
    assert not found.response["violations"], found.generate_report()


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """Checks that nothing hangs over the edge: `fits(page)`."""

    def measure(page: Page) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("document.documentElement.clientWidth"), f"{width} px wide"

    return measure


def enlarge_text(page: Page) -> None:
    """Text at 200 %, as a reader sets it."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
