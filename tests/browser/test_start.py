"""The start page by hand: keys, phone size, both themes."""

import re

import pytest
from playwright.sync_api import expect

from apps.accounts.choices import Role
from tests import factories

pytestmark = pytest.mark.browser


@pytest.fixture
def start(sign_in, partner):
    return sign_in(factories.make_user(Role.OFFICER))


def test_an_officer_signs_in(served, page):
    officer = factories.make_user(Role.OFFICER)
    page.goto(f"{served}/desk/")
    page.get_by_label("E-mail").fill(officer.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{served}/desk/")
    assert page.locator("h1").count() == 1


def test_a_key_leads_to_the_search_and_one_to_the_opt_out(start):
    start.keyboard.press("/")
    expect(start.locator("input[name=typed]").first).to_be_focused()
    start.keyboard.type("o")
    expect(start).to_have_url(re.compile("/desk/$")), "in a field a letter is a letter"
    start.locator("h1").first.click()
    expect(start.locator("#desk-optout")).not_to_be_visible()
    start.keyboard.press("o")
    expect(start.locator("#desk-optout-typed")).to_be_focused()


def test_what_is_typed_into_the_search_never_stands_in_an_address(start):
    addresses = []
    start.on("request", lambda request: addresses.append(request.url))
    start.get_by_label("Phone, e-mail, token or card").first.fill("+996555123401")
    start.keyboard.press("Enter")
    start.wait_for_url("**/find/**")
    assert addresses
    assert not [address for address in addresses if "555123401" in address]


def test_nothing_is_cut_off_on_a_phone(start):
    start.set_viewport_size({"width": 360, "height": 780})
    start.reload()
    assert start.evaluate("document.documentElement.scrollWidth") <= 360


def test_no_page_logs_an_error(start):
    errors = []
    start.on("pageerror", lambda error: errors.append(str(error)))
    start.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    start.reload()
    expect(start.get_by_role("heading", name="Latest files")).to_be_visible()
    assert errors == []
