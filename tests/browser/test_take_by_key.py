"""An opt-out by phone from any page: key, number, Enter; and a list of them, pasted."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.accounts.choices import Role
from apps.optouts.models import OptOutEvent, Suppression
from tests import factories

PHONE, MASKED = "+996555123401", "+996 ••• ••• 401"


@pytest.mark.parametrize("page_name", ["admin:index", "admin:optouts_suppression_changelist", "admin:subjects_find"])
def test_three_steps_from_anywhere(served, sign_in, page_name):
    known = factories.IdentifierFactory(value=PHONE).subject
    page = sign_in(factories.make_user(Role.AGENT))
    page.goto(served + reverse(page_name))
    page.wait_for_load_state("load")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("o")
    expect(page.locator("#desk-optout-typed")).to_be_focused()
    page.keyboard.type("0555 123 401")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("admin:subjects_subject_change", args=[known.pk]))
    expect(page.get_by_text(f"Stopped for {MASKED}")).to_be_visible()
    expect(page.get_by_text("SMS: stopped").first).to_be_visible()
    assert (OptOutEvent.objects.count(), Suppression.objects.get().channel) == (1, "all")


def test_a_number_that_is_none_is_asked_for_again_and_typing_elsewhere_opens_nothing(served, sign_in):
    page = sign_in(factories.make_user(Role.AGENT))
    page.goto(served + reverse("admin:subjects_find"))
    page.locator("#am-find-typed").fill("")
    page.locator("#am-find-typed").press("o")
    expect(page.locator("#desk-optout")).not_to_be_visible()
    expect(page.locator("#am-find-typed")).to_have_value("o")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("o")
    expect(page.locator("#desk-optout")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#desk-optout")).not_to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("o")
    expect(page.locator("#desk-optout-typed")).to_be_focused()
    page.keyboard.type("0555 12")
    page.keyboard.press("Enter")
    expect(page.get_by_text("no complete value")).to_be_visible()
    expect(page.locator("#id_typed")).to_be_focused()
    assert not OptOutEvent.objects.exists()


def test_a_pasted_list_is_checked_and_taken(served, sign_in):
    page = sign_in(factories.make_user(Role.OFFICER))
    page.goto(served + reverse("admin:optouts_many"))
    page.get_by_label("Phones and e-mails").fill("Айгүл\t0555 123 401\nBakyt\t0555 123 402\n0555 123 401\nnobody\n")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Line 4")).to_be_visible()
    assert not OptOutEvent.objects.exists()
    page.get_by_role("button", name="Change the list").click()
    expect(page.get_by_label("Phones and e-mails")).to_have_value(
        "Айгүл\t0555 123 401\nBakyt\t0555 123 402\n0555 123 401\nnobody\n"
    )
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Stop it for 2 addresses").click()
    page.wait_for_url("**/many/*/")
    expect(page.get_by_role("heading", name="What the list came to")).to_be_visible()
    assert Suppression.objects.count() == 2
