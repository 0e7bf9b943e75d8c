"""A browser in which an administrator is signed in."""

import pytest

from tests.integration.pages.conftest import Browser


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Ada, who administers, in a browser."""
    return browser.sign_in("ada")
