"""An overdue case comes to the lead officer, by mail and on the start page, who gives it to somebody: by keyboard."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.cases.services.assign import assign
from apps.cases.services.remind import remind
from apps.core import clock
from apps.policies.services.seed_deadlines import seed_deadlines
from tests import factories

BISHKEK = ZoneInfo("Asia/Bishkek")


@pytest.fixture
def freeze(monkeypatch):
    """Let the clock of server and test stand at a moment."""

    def stand(moment: str) -> None:
        frozen = datetime.fromisoformat(moment).replace(tzinfo=BISHKEK)
        monkeypatch.setattr(clock, "now", lambda: frozen)

    return stand


def written_to() -> set[str]:
    """Who is written to when the job runs now."""
    mail.outbox.clear()
    remind()
    return {address for message in mail.outbox for address in message.to}


def test_from_the_reminder_to_the_lead_s_decision(served, sign_in, freeze):
    seed_deadlines()
    officer, lead = factories.make_user(Role.OFFICER), factories.make_user(Role.LEAD)
    freeze("2026-04-29T10:00")
    case = Case.objects.get(pk=factories.RequestFactory(received_at=clock.now()).pk)
    assign(case, actor=officer, assignee=officer, seen=1)
    freeze("2026-05-14T09:00")
    assert written_to() == {officer.email}
    freeze("2026-05-19T09:00")
    assert written_to() == {officer.email, lead.email}
    assert written_to() == set()
    page = sign_in(lead)
    load = page.locator("section", has=page.get_by_role("heading", name="Who has what"))
    row = load.get_by_role("row", name=re.compile("^officer"))
    expect(row.get_by_role("cell").nth(2)).to_have_text("1")
    row.get_by_role("cell").nth(2).get_by_role("link").click()
    take_by_keyboard(page, case)
    case.refresh_from_db()
    assert case.assignee == lead


def take_by_keyboard(page: Page, case: Case) -> None:
    row = page.locator("#result_list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("overdue")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    expect(keys).to_contain_text("Assign to me")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.get_by_role("dialog").get_by_label("Name").fill("Burning")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Burning")).to_have_attribute("aria-current", "page")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_text("1 case is assigned to lead")).to_be_visible()
    expect(page.get_by_text(case.reference)).to_have_count(0)  # it is no longer that officer's
