"""A wrong name: corrected, read with before and after, and whoever had the old one is told."""

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.core import clock
from apps.policies.services.seed_deadlines import seed_deadlines
from apps.support.models import Telling
from tests import factories

WIDTHS = {"desktop": (1280, 800), "phone": (360, 740)}


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_case_to_the_checklist(served, sign_in, width):
    seed_deadlines()
    person = factories.IdentifierFactory(value="+996555123401").subject
    partner = factories.PartnerFactory(name="Береке")
    factories.RecordFactory(subject=person, partner=partner, payload={"first_name": "Айгул"})
    request = factories.RequestFactory(topic="rectification", subject=person)
    officer = factories.make_user(Role.OFFICER)
    page = sign_in(officer)
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    address = f"{served}/desk/cases/case/{request.pk}/change/"
    page.goto(address)
    expect(page.get_by_role("button", name="Correct values")).to_be_disabled()
    expect(page.get_by_text("nothing is changed for a stranger")).to_be_visible()
    Case.objects.filter(pk=request.pk).update(verified_at=clock.now())
    page.reload()
    page.get_by_role("link", name="Correct values").click()
    expect(page.get_by_text("Now: +996 ••• ••• 401")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("first name · Береке").fill("Айгүл")
    page.get_by_role("button", name="Correct values").click()
    expect(page.get_by_text("Now tell whoever had the old ones.")).to_be_visible()
    expect(page.get_by_text("Айгүл")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_text("Айгүл")).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="Береке")
    row.get_by_role("link", name="Note that they were told").click()
    page.get_by_label("Told by").select_option(label="E-mail")
    page.get_by_role("button", name="Note that they were told").click()
    expect(page.get_by_role("listitem").filter(has_text="Береке").get_by_text("told", exact=True)).to_be_visible()
    assert Telling.objects.get(partner=partner).told_by == officer
