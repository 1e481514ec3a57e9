"""A real Chromium against a real server, in the tests' own database."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Page
from procrastinate.contrib.django import app as jobs

from apps.accounts.models import User

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
def served(live_server, transactional_db, settings) -> str:
    """The address of a server that shares the test's database."""
    settings.PUBLIC_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def sign_in(served: str, page: Page) -> Callable[[User], Page]:
    """Come to the desk as somebody who has signed in; test_start.py does it by the sign-in page."""

    def enter(user: User) -> Page:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served}])
        page.goto(f"{served}/desk/")
        return page

    return enter


@pytest.fixture
def work() -> Callable[[], None]:
    """Run every job that waits, as the worker would: in a thread, because the browser's driver has this one's loop."""

    def run() -> None:
        with jobs.replace_connector(jobs.connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    def in_thread() -> None:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(timeout=60)
        assert not thread.is_alive(), "the worker is still at it"

    return in_thread


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
