"""A refusal with its letter: from the case to paper, and into the figures."""

import re

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case, Refusal
from apps.cases.services.move import move
from apps.cases.services.set_template import seed_templates
from apps.cases.services.tally import tally
from apps.policies.services.seed_deadlines import seed_deadlines
from tests import factories


@pytest.fixture
def case(served) -> Case:
    seed_deadlines()
    seed_templates()
    person = factories.IdentifierFactory(value="+996555123401").subject
    return Case.objects.get(pk=factories.RequestFactory(subject=person, topic="objection", language="ru").pk)


def test_a_refusal_with_its_letter(served, sign_in, case):
    officer = factories.make_user(Role.OFFICER)
    move(case, "start", actor=officer, seen=1)
    page = sign_in(officer)
    page.goto(f"{served}/desk/cases/case/{case.pk}/change/")
    page.get_by_role("link", name="Refuse").click()
    write_the_letter(page, case)
    print_it(page, case)
    tally()
    page.goto(f"{served}/desk/")
    clock = page.locator("section", has=page.get_by_role("heading", name="How we do against the clock"))
    expect(clock).to_contain_text("It would take a disproportionate effort")
    clock.get_by_role("link", name=re.compile("refused")).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def write_the_letter(page: Page, case: Case) -> None:
    expect(page.get_by_role("textbox", name="Letter")).to_have_value(re.compile("К сожалению"))
    page.get_by_role("button", name="Refuse and send the letter").click()
    expect(page.get_by_text("This field is required").first).to_be_visible()
    page.locator("#id_refuse-reason").select_option(label="It would take a disproportionate effort")
    page.locator("#id_refuse-source").select_option(index=1)
    page.locator("#id_refuse-article").fill("84")
    page.locator("#id_refuse-came_by").select_option(label="Letter on paper")
    page.get_by_role("button", name="Look at the letter").click()
    preview = page.locator("section", has=page.get_by_role("heading", name="The letter as it goes out"))
    expect(preview).to_contain_text(case.reference)
    expect(preview).to_contain_text("ст. 84")
    assert not Refusal.objects.exists()
    preview.get_by_role("button", name="Refuse and send the letter").click()
    expect(page.get_by_text("The request is refused, and the letter is kept")).to_be_visible()
    assert Case.objects.get().status == "refused"


def print_it(page: Page, case: Case) -> None:
    page.get_by_role("link", name="The letter, to read and print").click()
    expect(page.get_by_text("К сожалению")).to_have_count(0)
    page.get_by_role("button", name="Show the letter").click()
    expect(page.get_by_text("К сожалению")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("К сожалению")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox")).to_be_hidden()
    page.emulate_media(media="screen")
