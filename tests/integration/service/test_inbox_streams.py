"""Open streams of inboxes hear what comes, and keep no process from stopping."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from tests.integration.service.conftest import set_up
from tests.processes import Running, careroute, wait_for

PASSWORD = "correct horse battery"
STREAMS = 10


def sign_in(client: httpx2.Client) -> None:
    """As a browser does."""
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)[0]
    form = {"csrf": token, "practice": "clinic", "person": "ada", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303


def test_a_service_with_open_streams_tells_what_comes_and_stops_in_time(data: Path) -> None:
    variables = {"CAREROUTE_DATA_DIR": str(data)}
    portal = set_up(data.parent, **variables)
    careroute("staff", "password", "ada", given=f"{PASSWORD}\n", **variables)
    log = data.parent / "run.log"

    with Running(("run", "--port", str(portal.port)), log, variables) as service, ThreadPoolExecutor(STREAMS) as pool:
        wait_for(portal.is_ready, "the service")
        with httpx2.Client(base_url=f"http://127.0.0.1:{portal.port}", timeout=30) as client:
            sign_in(client)
            heard = [""] * STREAMS

            def listen(number: int) -> None:
                with client.stream("GET", "/inbox/events") as stream:
                    for text in stream.iter_text():
                        heard[number] += text

            listeners = [pool.submit(listen, number) for number in range(STREAMS)]
            wait_for(lambda: all('"unread": 0' in one for one in heard), "all streams")
            portal.write("key-1")
            wait_for(lambda: all('"unread": 1' in one for one in heard), "the news")

            assert service.stop() == 0
            for listener in listeners:
                listener.result(10)
        said = service.said()

    assert "Canary" not in "".join(heard)
    assert not any(word in said for word in ("Canary", "Traceback", "Cancel "))
