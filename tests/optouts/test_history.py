"""Who refused what, when and through what: of a person, and of an address that nobody knows."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import clock
from apps.core.identifiers import digest
from apps.optouts.choices import Medium, Reason
from apps.optouts.models import OptOutEvent
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.take import take_optout
from apps.subjects.services.reveal import reveal
from tests.factories import IdentifierFactory, PartnerFactory, make_user

pytestmark = pytest.mark.django_db

PHONE, TYPED, MASKED = "+996555123401", "0555 123 401", "+996 ••• ••• 401"
FIND = "admin:optouts_find"


@pytest.fixture
def told(officer):
    """A call with a note, a click in a campaign, a bounce in a partner's file: all about one phone."""
    PartnerFactory(code="bereke", name="Bereke")
    number = digest("phone", PHONE)
    take_optout(actor=officer, kind="phone", digest=number, sender="bereke", note="They woke me up.")
    scope = {"kind": "phone", "digest": number, "channel": "sms"}
    apply_facts(actor=None, facts=[Fact(**scope, medium=Medium.LINK, campaign="spring-26")])
    bounce = Fact(**scope, medium=Medium.FILE, partner="bereke", reason=Reason.BOUNCE, purpose="all")
    apply_facts(actor=officer, facts=[bounce], batch=17)


def client_of(role) -> Client:
    client = Client()
    client.force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    return client


STORY = (
    "The person refused: Advertising · Every channel · Bereke", "Phone call",
    "The person refused: Advertising · SMS · Every sender", "Link in a message", "campaign spring-26",
    "The address does not exist: Everything · SMS · Every sender", "F-17",
)  # fmt: skip


def test_of_an_address_nobody_knows_everything_is_told(desk, told):
    shown = desk.post(reverse(FIND), {"typed": TYPED}).content.decode()
    for words in (*STORY, MASKED, "Not known yet", "SMS: stopped", "Calls: partly"):
        assert words in shown
    assert reverse("admin:imports_batch_change", args=[17]) in shown
    assert "woke me up" not in shown
    assert "+996555123401" not in shown


def test_of_a_person_it_stands_on_their_page_and_their_words_behind_a_reveal(desk, told, officer):
    person = IdentifierFactory(value=PHONE).subject
    page = reverse("admin:subjects_subject_change", args=[person.pk])
    shown = desk.get(page).content.decode()
    for words in (*STORY, "Read what they said"):
        assert words in shown
    assert "woke me up" not in shown
    reveal(actor=officer, subject=person, reason="call")
    assert "They woke me up." in desk.get(page).content.decode()
    assert person.reference in desk.post(reverse(FIND), {"typed": TYPED}).content.decode()


def test_a_note_of_nobody_known_is_read_for_a_reason(desk, told, officer):
    event = OptOutEvent.objects.get(note__isnull=False)
    page = reverse("admin:optouts_note_read", args=[event.pk])
    assert page in desk.post(reverse(FIND), {"typed": TYPED}).content.decode()
    assert "woke me up" not in desk.get(page).content.decode()
    assert "woke me up" not in desk.post(page, {"reason": ""}).content.decode()
    assert not Entry.objects.filter(action="optouts.read-note").exists()
    assert "They woke me up." in desk.post(page, {"reason": "request"}).content.decode()
    entry = Entry.objects.get(action="optouts.read-note")
    assert (entry.actor, entry.facts) == (officer, {"reason": "request"})
    assert client_of(Role.AGENT).post(page, {"reason": "request"}).status_code == 403
    assert "kept encrypted" in client_of(Role.AGENT).post(reverse(FIND), {"typed": TYPED}).content.decode()


def test_an_auditor_sees_the_story_and_no_way_to_the_person(told):
    person = IdentifierFactory(value=PHONE).subject
    shown = client_of(Role.AUDITOR).post(reverse(FIND), {"typed": TYPED}).content.decode()
    for words in (*STORY, person.reference):
        assert words in shown
    assert reverse("admin:subjects_subject_change", args=[person.pk]) not in shown


def test_what_was_recorded_later_says_so_and_what_never_happened_too(desk):
    early = clock.now().replace(year=2025)
    fact = Fact(kind="phone", digest=digest("phone", PHONE), channel="sms", medium="file", occurred=early)
    apply_facts(actor=None, facts=[fact])
    assert "recorded" in desk.post(reverse(FIND), {"typed": TYPED}).content.decode()
    nothing = desk.post(reverse(FIND), {"typed": "0555 000 000"}).content.decode()
    assert "Nothing was ever refused" in nothing
    assert "SMS: stopped" not in nothing
    assert "no complete value" in desk.post(reverse(FIND), {"typed": "hello"}).content.decode()
