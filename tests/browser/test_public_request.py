"""A complaint by the public form, then its status; and who wants no advertising stops it by a code. Without scripts."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.cases.services.move import move
from apps.cases.services.write import NewMessage, add_message
from apps.optouts.models import Suppression
from apps.policies.services.seed_deadlines import seed_deadlines
from tests import factories

EMAIL, WORDS = "asel@mail.example", "Упайларым эсептелбей калды"


@pytest.fixture
def outside(browser: Browser, served):
    """Somebody's telephone, without scripts."""
    seed_deadlines()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="en-GB")
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def ask(page: Page, served: str, topic: str, **more: str) -> tuple[str, str]:
    """Fill in the form; gives number and secret."""
    page.goto(f"{served}/contacts/?lang=en")
    page.get_by_role("link", name="Send a request").click()
    page.get_by_label("What do you want?").select_option(label=topic)
    page.get_by_label("Your phone or e-mail").fill(EMAIL)
    for label, text in more.items():
        page.get_by_label(label.replace("_", " ")).fill(text)
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", name="Your request is here")).to_be_visible()
    reference, secret = page.locator(".said").all_inner_texts()
    return reference, secret


def look(page: Page, served: str, reference: str, secret: str) -> None:
    page.goto(f"{served}/request/status/?lang=en")
    page.get_by_label("Number of the request").fill(reference)
    page.get_by_label("Secret word").fill(secret.lower())
    page.get_by_role("button", name="Show it").click()


def test_a_complaint_and_its_status(served, outside):
    page = outside
    reference, secret = ask(page, served, "I have a complaint", In_your_words=WORDS)
    look(page, served, reference, secret)
    expect(page.get_by_role("heading", name="We have received it")).to_be_visible()
    expect(page.get_by_text("We answer by")).to_be_visible()
    answer(Case.objects.get(), factories.make_user(Role.OFFICER))
    look(page, served, reference, secret)
    expect(page.get_by_role("heading", name="Answered")).to_be_visible()
    expect(page.get_by_text("Phone call")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_have_count(0)
    look(page, served, reference, "AAAA-AAAA-AAAA")
    expect(page.get_by_role("alert")).to_contain_text("There is no request with this number")
    assert secret not in page.url


def answer(case: Case, officer) -> None:
    move(case, "start", actor=officer, seen=None)
    add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="Told them."))
    move(case, "answer", actor=officer, seen=None)


def test_advertising_is_stopped_by_a_code(served, outside, work):
    factories.IdentifierFactory(kind="email", value=EMAIL)
    page = outside
    ask(page, served, "Send me no more advertising")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("status")).to_contain_text("a code is on its way")
    work()
    (code,) = re.findall(r"code (\d{6})", mail.outbox[-1].body)
    page.get_by_label("Code of six digits").fill(code)
    page.get_by_role("button", name="Stop advertising").click()
    expect(page.get_by_role("status")).to_contain_text("Advertising is stopped")
    expect(page.get_by_role("heading", name="Answered")).to_be_visible()
    assert Suppression.objects.exists()
    for element in page.locator("body *:visible").all():
        box = element.bounding_box()
        assert box is None or box["x"] + box["width"] <= 360
