"""A real Chromium against a real server, in the tests' own database."""

import os
import shutil

import pytest
from playwright.sync_api import Page
from procrastinate.contrib.django import app as jobs

from apps.accounts.models import User
from tests.factories import PASSWORD

# Nothing of the browser itself may reach for the network.
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium: a browser of Playwright's own is not downloaded."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in CHROMIUM")
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def served(live_server, transactional_db, settings):
    """The address of a server that shares the test's database; it has the roles and registers of a fresh install."""
    settings.PUBLIC_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def sign_in(served: str, page: Page):
    """Sign in by the sign-in page, as a person does."""

    def enter(user: User) -> Page:
        page.goto(f"{served}/desk/")
        page.get_by_label("E-mail").fill(user.email)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{served}/desk/")
        return page

    return enter


@pytest.fixture
def work():
    """Run every job that waits, as the worker would."""

    def run() -> None:
        with jobs.replace_connector(jobs.connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return run
