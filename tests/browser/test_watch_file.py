"""A file on its way in, watched: the page and the list move by themselves, it is stopped, and it goes on."""

import threading

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.imports.services import judging, merging
from tests import factories
from tests.imports.test_merge import _members

PATIENCE = 20_000  # milliseconds, on a busy machine


class Gate:
    """Lets a worker through to so many chunks, and waits there."""

    def __init__(self) -> None:
        self.allowed = threading.Semaphore(0)

    def open(self, chunks: int = 1) -> None:
        for _chunk in range(chunks):
            self.allowed.release()


@pytest.fixture
def gate(monkeypatch):
    """Merging in chunks of ten rows, one after the other, each when the test says so."""
    gate, original = Gate(), merging._merge_next

    def step(batch_id: int):
        assert gate.allowed.acquire(timeout=60)
        return original(batch_id)

    monkeypatch.setattr(judging, "CHUNK_ROWS", 10)
    monkeypatch.setattr(merging, "_merge_next", step)
    monkeypatch.setattr(merging, "_merge_two", lambda batch_id, second: step(batch_id))
    yield gate
    gate.open(1000)


@pytest.fixture
def at_work(work):
    """A worker beside the test, while its page is watched."""
    threads = []

    def start() -> threading.Thread:
        threads.append(threading.Thread(target=work))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(timeout=60)


def bring_in(page: Page, served: str) -> None:
    page.goto(f"{served}/desk/imports/batch/add/")
    page.get_by_label("Partner").select_option(label="Sary-Özön")
    file = {"name": "members.csv", "mimeType": "text/csv", "buffer": _members(0, 40).encode()}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/imports/batch/*/change/")
    page.evaluate("window.loadedOnce = true")


def test_a_file_is_watched_stopped_and_goes_on(served, sign_in, gate, at_work):
    factories.PartnerFactory(code="sary-ozon", name="Sary-Özön")
    page = sign_in(factories.make_user(Role.OFFICER))
    bring_in(page, served)
    live = page.locator("[data-progress]")
    expect(live.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    at_work().join()
    expect(page.get_by_text("What confirming would do")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("status")).to_contain_text("Waiting for confirmation")
    assert page.evaluate("window.loadedOnce"), "it was loaded anew"
    page.get_by_role("button", name="Confirm").click()
    expect(live.get_by_text("Merging the rows")).to_be_visible()
    worker = at_work()
    gate.open(2)
    stopped_in_the_middle(page, live, gate, worker)
    watched_to_the_end(page, served, gate, at_work)


def stopped_in_the_middle(page: Page, live, gate: Gate, worker: threading.Thread) -> None:
    expect(live.get_by_text("20 of 40 rows")).to_be_visible(timeout=PATIENCE)
    expect(live.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    gate.open(1)
    worker.join(timeout=60)
    expect(page.get_by_text("20 of 40 rows are merged and stay so. The other 20 are kept.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.get_by_role("button", name="End it here").click()
    expect(page.get_by_role("dialog", name="End the merge here?")).to_contain_text("This can't be taken back.")
    page.keyboard.press("Escape")


def watched_to_the_end(page: Page, served: str, gate: Gate, at_work) -> None:
    """By the list."""
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{served}/desk/imports/batch/")
    page.evaluate("window.loadedOnce = true")
    worker = at_work()
    gate.open(1)
    expect(page.get_by_text("75 % · 30 of 40 rows")).to_be_visible(timeout=PATIENCE)
    gate.open(3)
    worker.join(timeout=60)
    expect(page.locator("#result_list").get_by_text("Merged", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-moving]")).to_have_count(0)
    assert page.evaluate("window.loadedOnce"), "it was loaded anew"
