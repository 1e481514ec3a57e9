"""From the phone call to the answer: taken in, assigned, moved on, closed; and what is overdue is seen to be."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case, Verification
from apps.cases.services.remind import remind
from apps.core import clock
from apps.policies.services.seed_deadlines import seed_deadlines
from tests import factories

PHONE, MASKED, WORDS = "0555 123 401", "+996 ••• ••• 401", "Мен жөнүндө эмне билесиз?"
BISHKEK = ZoneInfo("Asia/Bishkek")


@pytest.fixture
def freeze(monkeypatch):
    """Let the clock of server and test stand at a moment."""

    def stand(moment: str) -> None:
        frozen = datetime.fromisoformat(moment).replace(tzinfo=BISHKEK)
        monkeypatch.setattr(clock, "now", lambda: frozen)

    return stand


def press(page: Page, name: str) -> None:
    """A button, and the one in the dialog that it opens."""
    page.get_by_role("button", name=name, exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def test_from_the_call_to_the_answer(served, sign_in, freeze):
    seed_deadlines()
    factories.IdentifierFactory(value="+996555123401")
    officer = factories.make_user(Role.OFFICER)
    freeze("2026-04-29T10:00")
    page = sign_in(officer)
    page.get_by_role("link", name="Take in a request").first.click()
    page.get_by_label("What do they ask for?").select_option(label="Erasure: destroy it")
    page.get_by_label("Phone, e-mail, token or reference").fill(PHONE)
    page.get_by_label("In their words").fill(WORDS)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("is taken in")).to_be_visible()
    expect(page.get_by_text(MASKED).first).to_be_visible()
    expect(page.get_by_text("18.05.2026 23:59").first).to_be_visible()
    expect(page.get_by_text(WORDS)).to_have_count(0)
    page.keyboard.press("t")
    expect(page.get_by_text("The case is yours.")).to_be_visible()
    press(page, "Start work")
    expect(page.get_by_text("In work").first).to_be_visible()
    verify_by_code(page)
    overdue_is_seen(page, freeze, officer)
    read_and_answer(page)
    assert Case.objects.get().closed_at


def verify_by_code(page: Page) -> None:
    """While the person is on the phone, by keys alone: send the code, type what they read out."""
    expect(page.get_by_text("Not verified")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("dialog").get_by_label("Send it to")).to_contain_text(MASKED)
    page.get_by_role("dialog").get_by_role("button", name="Send a code").click()
    expect(page.get_by_text(f"A code went to {MASKED}")).to_be_visible()
    page.keyboard.press("c")
    page.keyboard.type(Verification.objects.get().code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The person is verified.")).to_be_visible()
    expect(page.get_by_text("Not verified")).to_have_count(0)


def overdue_is_seen(page: Page, freeze, officer) -> None:
    """Nineteen days later the term is over: in the inbox, on the start page, and in the mail."""
    freeze("2026-05-19T09:00")
    page.goto(re.sub(r"/desk/.*", "/desk/", page.url))
    expect(page.get_by_text("Cases overdue")).to_be_visible()
    page.get_by_role("link", name=re.compile("Cases overdue")).click()
    expect(page.get_by_role("navigation", name="Boxes").locator("[aria-current]")).to_have_text("Overdue 1")
    row = page.locator("#result_list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("overdue")
    assert remind() == 1
    assert officer.email in [address for message in mail.outbox for address in message.to]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="too late").first).to_be_attached()


def read_and_answer(page: Page) -> None:
    expect(page.get_by_role("button", name="Close as answered")).to_be_disabled()
    page.keyboard.press("r")
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Direction").select_option(label="Sent")
    dialog.get_by_label("By", exact=False).first.select_option(label="Phone call")
    dialog.get_by_label("Text").fill("Told on the phone, the copy went by post.")
    dialog.get_by_role("button", name="Add a message").click()
    expect(page.get_by_text("The message is added.")).to_be_visible()
    press(page, "Close as answered")
    expect(page.get_by_text("closed too late")).to_be_visible()
