"""Nothing that axe finds: the pages of a working day in three languages, both themes, and the public page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from apps.accounts.choices import Role
from apps.campaigns.models import Campaign, LateAddress, Send
from apps.core import clock
from apps.core.sending import CONSOLE
from apps.optouts.services.mint import Mailing, mint
from apps.support.services.access.handover import make_link
from tests import factories
from tests.support.copies import prepared, released
from tests.support.links import send

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru", "ky")
# WCAG 2.2 AA and axe's own good practice. The library's scrolling list and its page name themselves the same.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"landmark-unique": {"enabled": False}},
    "resultTypes": ["violations"],  # all that is in order comes back as well otherwise, element by element
}
PHONE = "+996555123401"


def faults(page):
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]


@pytest.fixture
def person(transactional_db):
    subject = factories.IdentifierFactory(value=PHONE).subject
    factories.RecordFactory(subject=subject)
    return subject


@pytest.fixture
def campaign(transactional_db):
    """One with everything that its page can show: reasons, and a sending after an opt-out."""
    layout = {"delimiter": ";", "header_line": 1, "titles": ["phone"],
              "columns": [{"position": 0, "kind": "phone", "contact": True}]}  # fmt: skip
    campaign = Campaign.objects.create(
        title="Autumn offers", channel="sms", purpose="advertising", sender="operator", status="done", layout=layout,
        rows=9, kept=5, removed=3, invalid=1, repeated=1, reasons={"kept": 5, "refusal": 3, "malformed": 1},
        as_of=clock.now(), finished_at=clock.now(), remembers=True, content_digest="0" * 32,
    )  # fmt: skip
    send = Send.objects.create(campaign=campaign, sent_at=clock.now(), late=1)
    LateAddress.objects.create(send=send, kind="phone", digest=b"0" * 16, refused_at=clock.now())
    return campaign


@pytest.fixture
def editions(transactional_db):
    """One that is in force, and the draft that changes it."""
    first = factories.published_edition(clock.now(), summary_en="The first")
    texts = {f"text_{language}": f"# Жаңы\n\nСаясат {language}." for language in LANGUAGES}
    return first, factories.PolicyEditionFactory(number=2, document=first.document, **texts)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ru", "dark"), ("ky", "light")])
def test_the_desk(served, person, campaign, editions, sign_in, language, theme):
    page = sign_in(factories.make_user(Role.OFFICER, language="en"))
    page.emulate_media(color_scheme=theme)
    page.locator(f"form:has(input[name=language][value={language}])").evaluate_all("forms => forms[0].submit()")
    page.wait_for_function(f"document.documentElement.lang === '{language}'")
    found = {}
    names = (
        "index", "subjects_find", "optouts_suppression_changelist", "optouts_take", "optouts_many", "optouts_figures",
        "optouts_message", "imports_batch_add", "subjects_subject_export", "consents_verify",
        "campaigns_campaign_changelist", "campaigns_campaign_add", "campaigns_why", "campaigns_salts",
        "policies_policydocument_changelist",
    )  # fmt: skip
    # The build of the pages is one in every language: of the others a list, forms and the start page will do.
    for name in names if language == "en" else names[:5]:
        page.goto(served + reverse(f"admin:{name}"))
        found[name] = faults(page)
        assert page.locator("h1").count() == 1, name
    page.goto(served + reverse("admin:subjects_subject_change", args=[person.pk]))
    found["person"] = faults(page)
    page.goto(served + reverse("admin:consents_person", args=[person.pk]))
    found["consents"] = faults(page)
    page.goto(served + reverse("admin:campaigns_campaign_change", args=[campaign.pk]))
    found["campaign"] = faults(page)
    copy = prepared(factories.make_user(Role.OFFICER), person)
    page.goto(served + reverse("admin:support_supportrequest_copy", args=[copy.request_id, copy.pk]))
    found["copy"] = faults(page)
    page.goto(served + reverse("admin:cases_case_change", args=[copy.request_id]))
    found["case"] = faults(page)
    for step in ("change", "edit"):
        page.goto(served + reverse(f"admin:policies_policyedition_{step}", args=[editions[1].pk]))
        found[f"edition {step}"] = faults(page)
    page.goto(served + reverse("admin:policies_policydocument_compare", args=["privacy"]))
    found["comparison"] = faults(page)
    page.goto(served + reverse("admin:subjects_subject_change", args=[person.pk]))
    assert page.locator("h1").inner_text() == person.reference
    assert {name: fault for name, fault in found.items() if fault} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_page(served, page, language):
    link = mint(mailing=Mailing(channel="sms", language=language), raw=PHONE).unsubscribe_url
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link)
    assert page.locator("html").get_attribute("lang") == language
    assert faults(page) == []
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    assert faults(page) == []


@pytest.mark.parametrize(("language", "scheme"), [("ky", "dark"), ("ru", "light"), ("en", "dark")])
def test_the_copy_s_pages(served, page, person, settings, language, scheme):
    settings.SMS_GATEWAY_URL = CONSOLE
    officer = factories.make_user(Role.OFFICER)
    made = make_link(package=released(officer, person), actor=officer, identifier=person.identifiers.get())
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    found = {}
    for name, place in (("link", made.url), ("gone", f"{served}/copy/x")):
        page.goto(f"{place}?lang={language}")
        assert page.locator("h1").count() == 1, name
        found[name] = faults(page)
    send(made.link)
    page.goto(f"{made.url}?lang={language}")
    assert page.locator("#code").is_visible()
    found["code"] = faults(page)
    assert {name: fault for name, fault in found.items() if fault} == {}


def test_the_sign_in_page(served, page):
    page.goto(served + "/desk/")
    assert page.get_by_label("E-mail").is_visible()
    assert faults(page) == []


@pytest.mark.parametrize(("language", "scheme"), [("ky", "dark"), ("ru", "light"), ("en", "dark")])
def test_the_policy_s_pages(served, page, editions, language, scheme):
    factories.published_edition(clock.now(), number=3, document=editions[0].document)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    found = {}
    for name, *args in (
        ("policy",), ("policy_document", "privacy"), ("policy_edition", "privacy", 1), ("policy_history", "privacy"),
        ("policy_changes", "privacy", 3), ("contacts",),
    ):  # fmt: skip
        page.goto(f"{served}{reverse(name, args=args)}?lang={language}")
        assert page.locator("h1").count() == 1, name
        found[name] = faults(page)
    assert {name: fault for name, fault in found.items() if fault} == {}


@pytest.mark.parametrize(("language", "scheme"), [("ky", "light"), ("ru", "dark"), ("en", "light")])
def test_the_pages_of_a_request_from_outside(served, page, language, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{served}/request/?lang={language}")
    found = {"form": faults(page)}
    page.locator("form.asks").evaluate("form => form.noValidate = true")
    page.locator("button[type=submit]").click()
    page.locator("[role=alert]").wait_for()
    found["form with errors"] = faults(page)
    page.locator("[name=topic]").select_option("access")
    page.locator("[name=contact]").fill(PHONE)
    page.locator("button[type=submit]").click()
    secret = page.locator(".said").last.inner_text()
    found["receipt"] = faults(page)
    page.locator("button[value=code]").click()
    page.locator("[name=code]").wait_for()
    found["status"] = faults(page)
    page.locator("[name=code]").fill("1")
    page.locator("button[value=check]").click()
    page.locator("[role=alert]").wait_for()
    found["wrong code"] = faults(page)
    assert secret not in page.url
    page.goto(f"{served}{reverse('request_status')}?lang={language}")
    found["find"] = faults(page)
    assert page.locator("html").get_attribute("lang") == language
    assert {name: fault for name, fault in found.items() if fault} == {}
