"""A gateway is let in, hands over a reply, and somebody reads it: from the token to the mailing system's feed."""

import json
import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from tests import factories

MASKED, TEXT = "+996 ••• ••• 201", "хватит мне писать"


def ask(url: str, token: str, **fields: str) -> bytes:
    data = urlencode(fields).encode() if fields else None
    request = Request(url, data, {"Authorization": f"Bearer {token}"})  # noqa: S310  the test's own server
    with urlopen(request, timeout=20) as answer:  # noqa: S310
        return answer.read()


def make_token(page: Page, system: str, may: str) -> str:
    page.get_by_role("link", name="API tokens").first.click()
    page.wait_for_url("**/optouts/apitoken/")
    page.goto(page.url + "add/")
    page.get_by_label("System").fill(system)
    page.get_by_label("May").select_option(label=may)
    page.get_by_role("button", name="Make the token").click()
    token = page.get_by_label("Token", exact=True).input_value()
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("works", exact=True)).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)
    return token


def test_from_a_token_to_the_feed(served, sign_in):
    page = sign_in(factories.make_user(Role.LEAD))
    gateway = make_token(page, "gateway", "Hand over SMS replies")
    mailer = make_token(page, "mailer", "Read suppressions")
    mailers_page = page.url
    reply = {"from": "0700 111 201", "text": TEXT}
    assert json.loads(ask(f"{served}/api/inbound-sms", gateway, **reply)) == {"accepted": 1}
    feed = f"{served}/api/suppressions"
    assert b'"suppressed"' not in ask(feed, mailer)
    read_and_take(page)
    assert b'"suppressed"' in ask(feed, mailer)
    page.goto(mailers_page)
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("revoked", exact=True).first).to_be_visible()
    with pytest.raises(HTTPError, match="401"):
        ask(feed, mailer)


def read_and_take(page: Page) -> None:
    page.get_by_role("link", name="SMS replies").first.click()
    expect(page.get_by_text(MASKED)).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^S-\d+$")).click()
    expect(page.get_by_text(TEXT)).to_have_count(0)
    page.keyboard.press("Enter")  # the button that reads has the focus
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.get_by_role("button", name="Take it as an opt-out").click()
    expect(page.get_by_text("is taken as an opt-out")).to_be_visible()
