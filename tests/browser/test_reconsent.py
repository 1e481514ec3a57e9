"""Re-consent's whole way: an edition widens a purpose, people are asked, somebody agrees, and it shows."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.consents.services.count import count_consents
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.policies.models import PolicyEdition
from apps.policies.services.begin_edition import begin_edition
from apps.policies.services.change_edition import change_edition
from tests import factories

pytestmark = pytest.mark.browser
SUMMARY = {f"summary_{language}": "Wider" for language in ("ky", "ru", "en")}


@pytest.fixture
def staff(served):
    return {role: factories.make_user(role, language="en") for role in (Role.OFFICER, Role.COUNSEL, Role.LEAD)}


@pytest.fixture
def agreed(served, staff):
    """Two people who agreed to advertising a month ago, under what was in force then."""
    first = factories.published_edition(clock.now() - timedelta(days=300))
    people = [factories.IdentifierFactory().subject for _ in range(2)]
    for person in people:
        about = {"purpose": "advertising", "channel": "sms", "state": "given", "medium": "phone", "edition": first}
        month_ago = clock.now() - timedelta(days=30)
        record_consent(actor=staff[Role.OFFICER], subject=person, occurred_at=month_ago, **about)
    return people


def test_from_the_draft_to_the_answer(served, agreed, staff, sign_in, work):
    widen(sign_in(staff[Role.OFFICER]), served, staff[Role.OFFICER])
    publish(sign_in, staff, served)
    page = sign_in(staff[Role.OFFICER])
    page.goto(f"{served}/desk/")
    page.get_by_role("link", name="Re-consent").click()
    expect(page.get_by_text("Not counted yet")).to_be_visible()
    page.get_by_role("button", name="Count now").click()
    work()
    assert cells(page, served, "SMS") == ["2", "0", "0 %", "0", "0", "0"]
    ask(page, work)
    assert cells(page, served, "SMS") == ["2", "0", "0 %", "2", "0", "0"]
    page.get_by_role("link", name="List: SMS", exact=True).click()
    expect(page.get_by_role("link", name=agreed[0].reference, exact=True)).to_be_visible()
    agree(page, served, agreed[0])
    count_consents()
    assert cells(page, served, "SMS") == ["1", "1", "50 %", "2", "1", "0"]
    expect(page.get_by_text("Asked, no answer yet 1")).to_be_visible()


def widen(page, served, officer):
    document = PolicyEdition.objects.get(number=1).document
    edition = begin_edition(actor=officer, document=document)
    change_edition(actor=officer, edition_id=edition.pk, version=1, values=SUMMARY)
    page.goto(f"{served}/desk/policies/policyedition/{edition.pk}/edit/")
    page.get_by_label("Advertising", exact=True).check()
    page.get_by_role("button", name="Store the draft").first.click()
    expect(page.get_by_text("The draft is stored.")).to_be_visible()
    page.context.clear_cookies()


def publish(sign_in, staff, served):
    edition = PolicyEdition.objects.get(number=2)
    for role, steps in ((Role.COUNSEL, ["Mark as reviewed"]), (Role.LEAD, ["Publish"])):
        page = sign_in(staff[role])
        page.goto(f"{served}/desk/policies/policyedition/{edition.pk}/change/")
        for step in steps:
            page.get_by_role("button", name=step).click()
        if role == Role.LEAD:
            page.get_by_role("dialog").get_by_role("button", name="Publish").click()
        expect(page.get_by_text("The edition is")).to_be_visible()
        page.context.clear_cookies()
    page.goto(f"{served}/policy/privacy/2/?lang=en")
    expect(page.get_by_text("Whoever agreed to it before is asked again:")).to_be_visible()


def ask(page, work):
    page.get_by_role("button", name="Record the asking").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Channel").select_option("sms")
    dialog.get_by_label("Asked by").select_option("link")
    dialog.get_by_role("button", name="Record").click()
    expect(page.locator(".am-asking strong")).to_have_text("Being recorded")
    work()
    page.reload()
    expect(page.get_by_text("2 people asked")).to_be_visible()


def cells(page, served, channel):
    page.goto(f"{served}/desk/consents/consentevent/reconsent/")
    row = page.locator("tr").filter(has=page.get_by_role("rowheader", name=channel, exact=True)).first
    return row.locator("td.desk-number").all_inner_texts()


def agree(page, served, person):
    page.goto(f"{served}/desk/consents/consentevent/record/{person.pk}/advertising/")
    page.get_by_label("Given", exact=True).check()
    page.locator("#id_channel").select_option("sms")
    page.locator(".am-options summary").click()
    page.locator("#id_edition").select_option(str(PolicyEdition.objects.get(number=2).pk))
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()
