"""A partner's file of consents comes in: what may not is said, and the person's matrix shows what the file told."""

from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.choices import Role
from tests import factories

FILE = (
    "phone,purpose,channel,state,date\n"
    "0555123401,Advertising,sms,да,2026-05-04\n"
    "0555123401,Exact geolocation,,жок,2026-05-04\n"
    "0555123401,transfer,,отозвано,2026-05-05\n"
    "0555123409,advertising,sms,yes,2026-05-04\n"
    "0555123401,advertising,email,perhaps,2026-05-04\n"
)


def test_a_file_of_consents_is_in_the_matrix(served, sign_in, work):
    factories.PartnerFactory(code="sary-ozon", name="Sary-Özön")
    person = factories.IdentifierFactory(value="+996555123401").subject
    page = sign_in(factories.make_user(Role.OFFICER))
    person_page = served + reverse("admin:subjects_subject_change", args=[person.pk])
    page.goto(person_page)
    advertising = page.get_by_role("row", name="Advertising").first
    expect(advertising.locator("summary", has_text="Given")).to_have_count(0)

    page.goto(f"{served}/desk/imports/batch/add/")
    page.get_by_label("Partner").select_option(label="Sary-Özön")
    page.get_by_label("Consents", exact=True).check()
    page.set_input_files(
        "input[type=file]", {"name": "consents.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )  # fmt: skip
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_url("**/imports/batch/*/change/")
    work()
    page.reload()
    expect(page.get_by_text("Waiting for confirmation", exact=True)).to_be_visible()
    expect(page.get_by_text("Nobody is known by these identifiers").first).to_be_visible()
    expect(page.get_by_text("The word for what was said is not known").first).to_be_visible()
    expect(page.get_by_text("0555123401")).to_have_count(0)
    page.get_by_role("button", name="Confirm").click()
    work()
    page.reload()
    expect(page.get_by_text("Merged", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="In the ledger of consents")).to_be_visible()
    expect(page.get_by_text("Advertising · Given")).to_be_visible()

    page.goto(person_page)
    expect(advertising.locator("summary", has_text="Given")).to_have_count(1)
    given = advertising.locator("summary", has_text="Given")
    given.press("Enter")
    expect(advertising.get_by_text("Sary-Özön")).to_be_visible()
