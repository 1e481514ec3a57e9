"""Exact geolocation is permitted and taken back on the phone, and what was held by it is gone."""

from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.core import clock
from tests import factories


def test_a_permission_is_given_and_taken_back_on_the_phone(served, sign_in):
    person = factories.IdentifierFactory().subject
    page = sign_in(factories.make_user(Role.AGENT))
    page.goto(served + reverse("admin:subjects_subject_change", args=[person.pk]))
    panel = page.locator("section", has=page.get_by_role("heading", name="Exact geolocation"))
    expect(panel.get_by_text("Never permitted")).to_be_visible()
    panel.get_by_role("button", name="Record a permission").click()
    page.get_by_role("dialog").get_by_role("button", name="Record the permission").click()
    expect(panel.get_by_role("button", name="Withdraw the permission")).to_be_visible()
    expect(panel.get_by_text("Never permitted")).to_have_count(0)

    factories.RecordFactory(
        subject=person, category_id="geolocation", key=b"1", observed_at=clock.now() + timedelta(seconds=1),
        payload={"latitude": "42.8746", "longitude": "74.5698"},
    )  # fmt: skip
    page.reload()
    held = page.locator("section#records")
    expect(held.get_by_role("heading", name="Geolocation")).to_be_visible()
    panel.get_by_role("button", name="Withdraw the permission").click()
    page.get_by_role("dialog").get_by_role("button", name="Record and destroy").click()
    expect(panel.get_by_text("Not permitted")).to_be_visible()
    expect(held.get_by_role("heading", name="Geolocation")).to_have_count(0)
    expect(page.locator("section#timeline").get_by_text("Records destroyed")).to_be_visible()
