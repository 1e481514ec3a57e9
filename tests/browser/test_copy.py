"""From the phone call to the copy in the person's hands: looked through, released, fetched by link and code."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.cases.services.attach import attach
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.policies.services.seed_deadlines import seed_deadlines
from apps.support.models import AccessPackage
from tests import factories

PHONE, EMAIL, NAME, STRANGER = "0555 123 401", "aigul@example.kg", "Асанова Айгүл", "Бейтааныш Адам"

LETTER = "what I wrote on paper"
PATIENCE = 20_000  # milliseconds, on a busy machine


@pytest.fixture
def person(served):
    seed_deadlines()
    subject = factories.IdentifierFactory(value="+996555123401").subject
    factories.IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    factories.RecordFactory(subject=subject, payload={"full_name": NAME})
    factories.RecordFactory(
        subject=subject, category_id="support", payload={"description": f"came with {STRANGER}", "place": "Ош"}
    )
    return subject


def test_a_copy_from_the_call_to_the_handover(person, sign_in, work, browser):
    page = sign_in(factories.make_user(Role.OFFICER))
    take_in(page)
    expect(page.get_by_text("Verify the person first").first).to_be_visible()
    Case.objects.update(verified_at=clock.now())
    attach(Case.objects.get(), actor=None, name="letter.txt", data=LETTER.encode())
    page.reload()
    page.get_by_role("link", name="Prepare the copy").click()
    page.get_by_role("button", name="Prepare the copy").click()
    watch(page, work, "Being prepared", "To be looked through")
    withhold_one(page)
    release(page)
    watch(page, work, "Being put together", "Released, not handed over yet")
    expect(page.get_by_role("button", name="Close as answered")).to_be_disabled()
    url = make_link(page)
    content = fetch(browser, url, work)
    assert NAME in content
    assert "Ош" in content
    assert LETTER in content
    assert STRANGER not in content
    close(page)


def watch(page: Page, work: Callable[[], None], before: str, after: str) -> None:
    """The page says by itself when the worker is done."""
    expect(page.get_by_text(before, exact=True)).to_be_visible()
    expect(page.get_by_role("progressbar", name=before)).to_be_visible()
    page.evaluate("window.loadedOnce = true")
    work()
    expect(page.get_by_text(after, exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("status").filter(has_text=after)).to_have_count(1)
    assert page.evaluate("window.loadedOnce"), "it was loaded anew"


def take_in(page: Page) -> None:
    page.get_by_role("link", name="Take in a request").first.click()
    page.get_by_label("What do they ask for?").select_option(label="Access: what is held about me")
    page.get_by_label("Phone, e-mail, token or reference").fill(PHONE)
    page.get_by_label("Language").last.select_option("en")
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("button", name="Start work").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Start work").click()
    expect(page.get_by_text("In work").first).to_be_visible()


def withhold_one(page: Page) -> None:
    """Masked before it is asked for; then whole; then one value is taken out."""
    page.get_by_role("link", name="Look through it").click()
    sections = page.get_by_role("navigation", name="Sections")
    sections.get_by_role("link", name="Name and profile").click()
    expect(page.get_by_text("А•••• А••••")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    page.get_by_role("button", name="Show the values").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    page.get_by_role("link", name="Flagged entries only").click()
    sections.get_by_role("link", name="Given to support").click()
    expect(page.get_by_text(STRANGER)).to_be_visible()
    page.get_by_role("link", name="Withhold: description").click()
    page.get_by_label("Why").select_option(label="It is about somebody else")
    page.get_by_role("button", name="Withhold", exact=True).click()
    expect(page.get_by_text("Withheld: It is about somebody else")).to_be_visible()
    expect(page.get_by_role("button", name="Give it after all")).to_be_visible()


def release(page: Page) -> None:
    page.get_by_role("link", name="Release the copy").click()
    page.get_by_role("button", name="Release the copy").click()
    expect(page.get_by_text("Look through the flagged entries first")).to_be_visible()
    page.get_by_label("I have looked through the flagged entries").check()
    page.get_by_role("button", name="Release the copy").click()


def make_link(page: Page) -> str:
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("The code goes to").select_option(label="E-mail a•••@e•••.kg")
    page.get_by_label("The link goes out").select_option(label="I pass it on myself")
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_label("Link", exact=True).input_value()


def fetch(browser, url: str, work: Callable[[], None]) -> str:
    """On the person's own phone, without scripts: the code from the mail, and all texts of the file."""
    phone = browser.new_context(java_script_enabled=False, locale="en-GB", viewport={"width": 360, "height": 740})
    page = phone.new_page()
    page.goto(url)
    page.get_by_role("button", name="Send me the code").click()
    expect(page.get_by_role("status")).to_contain_text("A code is on its way to a•••@e•••.kg")
    work()
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Fetch the copy").click()
    expect(page.get_by_role("alert")).to_contain_text("4 more times")
    page.get_by_label("Code").fill(re.search(r"\d{6}", mail.outbox[-1].body)[0])
    with page.expect_download() as started:
        page.get_by_role("button", name="Fetch the copy").click()
    with zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert phone.cookies() == []
    phone.close()
    assert len(texts) > 4
    return "\n".join(texts)


def close(page: Page) -> None:
    """The case knows that the person has it."""
    page.get_by_role("link", name="Back to the case").click()
    expect(page.get_by_text("Handed over").first).to_be_visible()
    expect(page.get_by_text("fetched 1 of 5 times")).to_be_visible()
    expect(page.get_by_text("Copy of the data fetched")).to_be_visible()
    page.get_by_role("button", name="Close as answered").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Close as answered").click()
    expect(page.get_by_text("Answered", exact=True).first).to_be_visible()
    assert AccessPackage.objects.get().handed_by == "link"
