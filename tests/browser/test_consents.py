"""Somebody withdraws on the phone: the matrix shows it, and a proof of it is known again."""

from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.consents.choices import State
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.optouts.models import Suppression
from tests import factories


def test_a_withdrawal_on_the_phone_is_in_the_matrix_and_its_proof_is_known_again(served, sign_in, tmp_path):
    person, officer = factories.IdentifierFactory().subject, factories.make_user(Role.OFFICER)
    record_consent(
        actor=officer, subject=person, purpose="advertising", channel="sms", state=State.GIVEN, medium="letter",
        occurred_at=clock.now() - timedelta(days=40),
    )  # fmt: skip
    page = sign_in(officer)
    page.goto(served + reverse("admin:subjects_subject_change", args=[person.pk]))
    row = page.get_by_role("row", name="Advertising").first
    given = row.get_by_role("cell").filter(has_text="Given")
    expect(given).to_have_count(1)
    given.locator("summary").press("Enter")
    given.get_by_role("link", name="Withdraw").click()

    expect(page.get_by_role("radio", name="Withdrawn by the person")).to_be_checked()
    page.get_by_label("In their words").fill("no more of it")
    page.get_by_role("button", name="Record").click()
    expect(row.locator("summary", has_text="Withdrawn")).to_be_visible()
    expect(row.locator("summary", has_text="Given")).to_have_count(0)
    assert Suppression.objects.filter(channel="sms", purpose="advertising").exists()

    asked = page.get_by_role("search", name="Consents as of a moment")
    asked.get_by_label("As of").fill(f"{clock.now() - timedelta(days=20):%Y-%m-%dT%H:%M}")
    asked.get_by_role("button", name="Show").click()
    expect(page.get_by_text("This is what held on")).to_be_visible()
    expect(row.locator("summary", has_text="Given")).to_be_visible()

    page.get_by_role("link", name="Proof: Advertising", exact=True).click()
    page.get_by_role("button", name="Make the proof").click()
    expect(page.get_by_role("link", name="Download the record")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the record").click()
    record = tmp_path / "record.jsonld"
    downloading.value.save_as(record)

    page.goto(served + reverse("admin:consents_verify"))
    page.get_by_label("The record as a file").set_input_files(record)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Ours, unchanged, and still what the ledger says")).to_be_visible()
