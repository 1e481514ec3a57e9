"""The page behind a link, as people and scanners meet it."""

import pytest
from playwright.sync_api import Browser

from apps.core import identifiers
from apps.optouts.models import OptOutEvent, Suppression
from apps.optouts.services.links import Link, seal

pytestmark = pytest.mark.browser

PHONE = "+996555123401"
# WCAG 2.2: 24 px is the law of the page, 44 px is what a thumb wants.
SMALLEST, THUMB = 24, 44


@pytest.fixture
def address(served: str) -> str:
    link = Link(
        kind="phone", digest=identifiers.digest("phone", PHONE), channel="sms", masked=identifiers.mask("phone", PHONE)
    )
    return f"{served}/u/{seal(link)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_without_scripts_on_a_small_phone(browser: Browser, address: str, language: str, scheme: str):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_text("+996 ••• ••• 401").is_visible()
    button = page.get_by_role("button")
    assert button.bounding_box()["height"] >= THUMB
    for target in page.locator("a").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= SMALLEST
    for element in page.locator("body *:visible").all():
        box = element.bounding_box()
        assert box is None or box["x"] + box["width"] <= 320
    button.click()
    assert page.get_by_role("button").count() == 0
    assert Suppression.objects.get().channel == "sms"
    assert context.cookies() == []
    context.close()


def test_by_keyboard_alone(browser: Browser, address: str):
    page = browser.new_page()
    page.goto(f"{address}?lang=en")
    for _step in range(4):  # three languages, then the button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Advertising by SMS is stopped").wait_for()
    assert OptOutEvent.objects.get().medium == "link"
    page.close()
