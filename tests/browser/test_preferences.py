"""The preference page and the way back, as people, scanners and screen readers meet them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from apps.core import clock, identifiers
from apps.core.journal import journal
from apps.optouts.models import OptOutEvent, Resubscription, Suppression
from apps.optouts.services import accept
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.ask_again import TRIES
from apps.optouts.services.confirmations import LIFETIME, Confirmation, seal_confirmation
from apps.optouts.services.facts import Fact
from apps.optouts.services.links import Link, seal
from apps.optouts.services.parts import EVERYTHING, Part
from apps.optouts.views import again as again_view
from apps.optouts.views import preferences as preferences_view
from apps.partners.models import Partner
from tests.browser.test_accessible import faults

SMALLEST, WIDTH = 24, 320
SMALL = """(all, least) => all.filter(one => {
    const box = one.getBoundingClientRect();
    return Math.min(box.width, box.height) < least;
}).map(one => one.innerText || one.name)"""
EMAIL = "asel@mail.example"
_numbers = count(555_100_000)


@pytest.fixture
def link(served: str) -> Link:
    """The link of a number that no other test uses: attempts are counted by number."""
    Partner.objects.create(code="ala-too", name="Ала-Тоо Кофе")
    return link_of(f"+996{next(_numbers)}", "phone", "sms")


def link_of(value: str, kind: str, channel: str) -> Link:
    masked = identifiers.mask(kind, value)
    return Link(kind=kind, digest=identifiers.digest(kind, value), channel=channel, masked=masked)


def refused(link: Link, *parts: Part, reason: str = "refusal") -> None:
    facts = [
        Fact(kind=link.kind, digest=link.digest, channel=part.channel, purpose=part.purpose, sender=part.sender,
             medium="link", reason=reason)
        for part in parts
    ]  # fmt: skip
    apply_facts(actor=None, facts=facts)


def confirmation(link: Link, part: Part, age: timedelta = timedelta(0)) -> str:
    asked = Confirmation(kind=link.kind, digest=link.digest, masked=link.masked, asked=clock.now() - age, parts=(part,))
    return f"/u/confirm/{seal_confirmation(asked)}"


def state() -> tuple[object, ...]:
    written = sum(path.stat().st_size for path in journal().files())
    return OptOutEvent.objects.count(), Suppression.objects.count(), Resubscription.objects.count(), written


def test_the_way_back_without_scripts(served: str, browser: Browser, mailoutbox):
    link = link_of(EMAIL, "email", "email")
    context = browser.new_context(java_script_enabled=False, viewport={"width": WIDTH, "height": 640})
    page = context.new_page()
    page.goto(f"{served}/u/{seal(link)}?lang=en")
    page.get_by_role("link", name="More choices").click()
    page.get_by_label("News of the application").check()
    page.get_by_label("E-mail").check()
    page.get_by_role("button", name="Stop what is ticked").click()
    expect(page.get_by_role("status")).to_contain_text("News of the application")
    assert Suppression.objects.count() == 2
    page.get_by_role("link", name="Receive some of it again").click()
    page.get_by_label("E-mail · Advertising").check()
    page.get_by_label("Your address").fill(EMAIL)
    page.get_by_role("button", name="Send me the confirmation").click()
    page.get_by_role("heading", name="One more step").wait_for()
    assert Suppression.objects.count() == 2
    (mail,) = mailoutbox
    page.goto(re.search(r"http\S+", mail.body)[0])
    page.get_by_role("button", name="Yes, send it to me again").click()
    page.get_by_role("heading", name="You receive it again").wait_for()
    assert Suppression.objects.get().purpose == "advertising-news"
    assert context.cookies() == []
    context.close()


def test_one_narrow_thing_and_everything_by_keyboard(served: str, browser: Browser, link: Link):
    page = browser.new_page()
    page.goto(f"{served}/u/{seal(link)}/preferences?lang=en")
    page.get_by_text("Stop something narrower").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Topic").select_option("advertising-offers")
    page.get_by_label("From").select_option("ala-too")
    page.get_by_role("button", name="Stop this").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Partners' offers · Ала-Тоо Кофе")
    row = Suppression.objects.get()
    assert (row.channel, row.purpose, row.sender) == ("all", "advertising-offers", "ala-too")
    page.get_by_role("button", name="Stop all advertising").press("Enter")
    expect(page.get_by_text("All advertising is stopped.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    page.close()


def test_a_scanner_that_opens_every_link_and_runs_scripts_changes_nothing(served: str, browser: Browser, link: Link):
    """It goes on from every page to every link that it finds there, and looks at forms as a browser does."""
    refused(link, Part("sms"), EVERYTHING)
    before = state()
    context = browser.new_context()
    waiting = {f"/u/{seal(link)}", f"/u/{seal(link)}/preferences", confirmation(link, Part("sms"))}
    seen: set[str] = set()
    while waiting:
        pages = {address: context.new_page() for address in waiting}
        for address, page in pages.items():
            page.goto(served + address)
        seen |= waiting
        waiting = {found for address, page in pages.items() for found in scanned(page, address)} - seen
    assert len(seen) > 9
    assert any("/again" in address for address in seen)
    assert state() == before
    context.close()


def scanned(page: Page, address: str) -> set[str]:
    """Whatever a page does by itself it has done; gives the addresses of links and forms on it."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(5, 5)
    page.evaluate("window.dispatchEvent(new Event('beforeunload'))")
    assert page.locator("h1").count() == 1, address
    found = page.locator("a[href], form[action]").evaluate_all("all => all.map(one => one.href || one.action)")
    here = [urlsplit(urljoin(page.url, one)) for one in found]
    page.close()
    return {f"{one.path}?{one.query}" for one in here if one.path.startswith("/u/")}


def press(name: str) -> Callable[[Page], None]:
    """Press the button with this value or, without one, the first."""
    return lambda page: page.locator(f"button{name}").first.click()


def typed(page: Page, value: str) -> None:
    page.locator("input[name=again]").first.check()
    page.locator("input[name=address]").fill(value)
    page.locator("button").first.click()


# Every state of every public page: what was refused before, where it is, what is done there.
STATES: dict[str, tuple[tuple[Part, ...], str, Callable[[Page], None] | None]] = {
    "confirm": ((), "", None),
    "done": ((), "", press("")),
    "choices": ((), "/preferences", None),
    "choices, narrow ones open": ((), "/preferences", lambda page: page.locator("summary").click()),
    "choices, nothing ticked": ((), "/preferences", press(".second")),
    "choices, some of it stopped": ((Part("sms"), Part(sender="ala-too")), "/preferences", None),
    "choices, just stopped": ((), "/preferences", press("[name=stop]")),
    "again, nothing there": ((), "/again", None),
    "again": ((Part("sms"), EVERYTHING), "/again", None),
    "again, no number": ((EVERYTHING,), "/again", lambda page: typed(page, "12")),
    "again, another number": ((EVERYTHING,), "/again", lambda page: typed(page, "0700 100 200")),
}


@pytest.fixture(params=[("en", "light"), ("ru", "dark"), ("ky", "light")], ids="-".join)
def reader(request: pytest.FixtureRequest, browser: Browser):
    """A small phone in one language and theme. Scripts of the pages are turned away; axe brings its own."""
    language, theme = request.param
    context = browser.new_context(viewport={"width": WIDTH, "height": 640}, color_scheme=theme)
    page = context.new_page()
    page.route("**/*", lambda route: route.abort() if route.request.resource_type == "script" else route.continue_())
    yield page, language
    context.close()


def look(page: Page, language: str) -> list[object]:
    """What is wrong with the page: what axe finds, targets that are too small, what stands out of the screen."""
    page.wait_for_load_state()  # with its style sheet: sizes are asked for
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.locator("script").count() == 0
    targets = page.locator("a:visible, button:visible, summary:visible, input:visible, select:visible")
    small = targets.evaluate_all(SMALL, SMALLEST)
    wide = page.evaluate("document.documentElement.scrollWidth") > WIDTH
    return [*faults(page), *small, *(["too wide"] if wide else [])]


def test_every_state_of_the_pages(served: str, link: Link, reader):
    page, language = reader
    wrong = {}
    for name, (parts, where, act) in STATES.items():
        value = f"+996{next(_numbers)}"
        own = link_of(value, "phone", "sms")
        refused(own, *parts)
        page.goto(f"{served}/u/{seal(own)}{where}?lang={language}")
        if act:
            act(page)
            page.wait_for_load_state()
        wrong[name] = look(page, language)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_state_behind_a_message(served: str, reader, mailoutbox):
    page, language = reader
    wrong = {}
    number = f"+996{next(_numbers)}"
    link = link_of(number, "phone", "sms")
    refused(link, Part("sms"), EVERYTHING)
    refused(link, Part("sms"), reason="complaint")
    own = link_of(EMAIL, "email", "email")
    cache.clear()
    refused(own, Part("email"))
    page.goto(f"{served}/u/{seal(own)}/again?lang={language}")
    typed(page, EMAIL)
    wrong["asked"] = look(page, language)
    assert len(mailoutbox) == 1
    page.goto(f"{served}/u/{seal(link)}/again?lang={language}")
    typed(page, number)  # there is no gateway for it
    wrong["not sent"] = look(page, language)
    for name, where in (("lifted", confirmation(own, Part("email"))), ("wider", confirmation(link, Part("sms")))):
        page.goto(f"{served}{where}?lang={language}")
        wrong[f"{name}, to confirm"] = look(page, language)
        page.locator("button").click()
        wrong[name] = look(page, language)
    assert not Suppression.objects.filter(digest=own.digest).exists()
    old = confirmation(link, Part("sms"), LIFETIME + timedelta(hours=1))
    page.goto(f"{served}{old}?lang={language}")
    wrong["expired"] = look(page, language)
    page.goto(f"{served}/u/nonsense?lang={language}")
    wrong["unknown"] = look(page, language)
    assert {name: found for name, found in wrong.items() if found} == {}


def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what is stopped can be looked up, nor anything be kept."""
    for module in (preferences_view, again_view):
        monkeypatch.setattr(module, "look_up", lambda _digest: None)
    monkeypatch.setattr(accept, "_journal", lambda _entries: False)
    monkeypatch.setattr(accept.writer, "attempt", lambda _work, **_how: False)


def test_every_state_in_which_something_fails(served: str, link: Link, reader, monkeypatch):
    page, language = reader
    wrong = {}
    own = f"{served}/u/{seal(link)}"
    refused(link, Part("sms"))
    while TRIES.take(link.digest.hex()):
        pass
    page.goto(f"{own}/again?lang={language}")
    typed(page, "0700 100 200")
    wrong["too often"] = look(page, language)
    page.goto(f"{own}?lang={language}")
    page.evaluate("document.querySelector('[name=from-page]').name = 'something-else'")
    page.locator("button").click()
    wrong["unclear"] = look(page, language)
    unreachable(monkeypatch)
    for where in ("", "/preferences", "/again", confirmation(link, Part("sms"))):
        page.goto(f"{served if where.startswith('/u/') else own}{where}?lang={language}")
        wrong[f"{where}, looked at"] = look(page, language)
        if page.locator("button").count():
            page.locator("button").first.click()
            wrong[f"{where}, pressed"] = look(page, language)
    assert "/again, pressed" not in wrong
    assert len(wrong) == 9
    assert {name: found for name, found in wrong.items() if found} == {}
    assert Suppression.objects.count() == 1


def test_the_big_button_of_a_link_with_a_sender_of_its_own(served: str, link: Link, browser: Browser):
    page = browser.new_page()
    page.goto(f"{served}/u/{seal(replace(link, sender='ala-too'))}/preferences?lang=en")
    assert page.get_by_label("Ала-Тоо Кофе").count() == 1
    page.get_by_role("button", name="Stop all advertising").click()
    expect(page.get_by_text("All advertising is stopped.")).to_be_visible()
    assert Suppression.objects.get().sender == "all"
    page.close()
