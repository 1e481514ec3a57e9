"""Staff take an opt-out by phone: of anybody, known or not; of a known person, for all their addresses."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core import identifiers
from apps.core.choices import IdentifierKind
from apps.core.journal import journal
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression
from apps.optouts.services.facts import Fact
from apps.optouts.services.question import is_suppressed
from apps.optouts.services.take import take_optout
from apps.optouts.services.take_from_person import NoAddress, take_from_person
from tests.factories import IdentifierFactory, SubjectFactory, make_user

pytestmark = pytest.mark.django_db

PHONE, TYPED = "+996555123401", "0555 12-34-01"
DIGEST_OF = identifiers.digest
TAKE = "admin:optouts_take"


def digest() -> bytes:
    return DIGEST_OF(IdentifierKind.PHONE, PHONE)


def take(actor, **scope):
    return take_optout(actor=actor, kind=IdentifierKind.PHONE, digest=digest(), **scope)


def test_an_opt_out_is_an_event_a_suppression_an_audit_entry_and_a_journal_entry(agent):
    taken = take(agent)
    event = OptOutEvent.objects.get()
    assert (event.pk, event.actor, event.channel, event.purpose) == (taken.fact.id, agent, "all", "advertising")
    suppression = Suppression.objects.get()
    assert (suppression.pk, bytes(suppression.digest), suppression.reason) == (
        taken.suppression_id,
        digest(),
        "refusal",
    )
    entry = Entry.objects.get(action="optouts.take")
    assert (entry.actor, entry.target_id, entry.facts["stopped_now"]) == (agent, suppression.pk, True)
    assert PHONE not in str(entry.facts)
    assert [Fact.from_entry(line.entry) for line in journal().read_all({})] == [taken.fact]


def test_a_second_refusal_is_a_second_fact_and_the_same_suppression(agent):
    first = take(agent)
    since = Suppression.objects.get().since
    second = take(agent)
    assert (first.first, second.first) == (True, False)
    assert OptOutEvent.objects.count() == 2
    assert Suppression.objects.get().since == since


def test_reasons_are_separate_facts(agent):
    take(agent)
    take(agent, reason="complaint")
    assert sorted(Suppression.objects.values_list("reason", flat=True)) == ["complaint", "refusal"]


def test_a_note_is_encrypted_and_apart(agent):
    taken = take(agent, note=" Enough. ")
    note = OptOutNote.objects.get()
    assert (note.event_id, note.text) == (taken.fact.id, "Enough.")
    assert "Enough" not in str(journal().files()[0].read_bytes())


def test_without_permission_nothing_is_kept(db):
    for role in (Role.AUDITOR, Role.PARTNER_MANAGER, Role.COUNSEL):
        with pytest.raises(PermissionDenied):
            take(make_user(role))
    assert not OptOutEvent.objects.exists()
    assert list(journal().read_all({})) == []


def test_a_journal_that_can_t_be_written_does_not_stop_a_refusal(agent, settings, tmp_path):
    settings.JOURNAL_DIR = tmp_path / "file"
    settings.JOURNAL_DIR.touch()
    take(agent)
    assert Suppression.objects.count() == 1


def ask(value=PHONE, kind=IdentifierKind.PHONE, channel="sms", purpose="advertising", sender="bereke") -> bool:
    return is_suppressed(DIGEST_OF(kind, value), channel=channel, purpose=purpose, sender=sender)


def test_everything_means_advertising_on_every_channel_and_service_messages_go_on(agent):
    assert not ask()
    take(agent)
    for channel in ("sms", "call", "messenger", "push"):
        assert ask(channel=channel)
    assert ask(purpose="advertising-news")
    assert not ask(purpose="service")
    assert not ask("+996555999999")


@pytest.mark.parametrize(
    ("scope", "stopped", "goes_on"),
    [
        ({"channel": "sms"}, {"channel": "sms"}, {"channel": "call"}),
        ({"purpose": "advertising-news"}, {"purpose": "advertising-news"}, {"purpose": "advertising"}),
        ({"sender": "bereke"}, {"sender": "bereke"}, {"sender": "operator"}),
    ],
)
def test_a_narrow_refusal_stops_no_more_than_it_says(agent, scope, stopped, goes_on):
    take(agent, **scope)
    assert ask(**stopped)
    assert not ask(**goes_on)


def test_a_hard_bounce_stops_every_purpose_on_its_address(agent):
    email = DIGEST_OF(IdentifierKind.EMAIL, "a@mail.example")
    take_optout(actor=agent, kind="email", digest=email, channel="email", purpose="all", reason="bounce")
    assert is_suppressed(email, channel="email", purpose="service")


def test_a_refusal_of_everything_reaches_all_addresses_of_the_person_also_later_ones(agent):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=PHONE)
    take(agent)
    email = {"value": "a@mail.example", "kind": IdentifierKind.EMAIL}
    assert not ask(**email, channel="email")
    IdentifierFactory(subject=subject, **email)
    assert ask(**email, channel="email")
    assert not ask(**email, channel="email", purpose="service")


def test_a_refusal_of_one_channel_stays_with_its_address(agent):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=PHONE)
    IdentifierFactory(subject=subject, value="+996555123402")
    take(agent, channel="sms")
    assert ask()
    assert not ask("+996555123402")


def test_from_a_person_s_page_the_channel_is_stopped_for_every_address_it_reaches(agent):
    subject = SubjectFactory()
    for value in (PHONE, "+996555123402"):
        IdentifierFactory(subject=subject, value=value)
    IdentifierFactory(subject=subject, value="a@mail.example", kind=IdentifierKind.EMAIL)
    assert len(take_from_person(actor=agent, subject=subject, channel="sms", note="no more")) == 2
    assert ask()
    assert ask("+996555123402")
    assert OptOutNote.objects.count() == 1
    assert not Suppression.objects.filter(kind="email").exists()


def test_a_person_without_an_address_of_the_channel_is_told(agent):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=PHONE)
    with pytest.raises(NoAddress):
        take_from_person(actor=agent, subject=subject, channel="email")


def test_at_the_desk_a_look_comes_first_and_keeps_nothing(desk):
    page = desk.post(reverse(TAKE), {"typed": TYPED}).content.decode()
    assert "+996 ••• ••• 401" in page
    assert "Not known yet" in page
    assert 'name="confirm"' in page
    assert not OptOutEvent.objects.exists()


def test_at_the_desk_confirming_keeps_it(desk, officer):
    answer = desk.post(reverse(TAKE), {"typed": TYPED, "confirm": "1"}, follow=True)
    event = OptOutEvent.objects.get()
    assert (bytes(event.digest), event.channel, event.medium, event.actor) == (digest(), "all", "phone", officer)
    assert "+996 ••• ••• 401" in answer.content.decode()
    assert PHONE not in answer.content.decode()


def test_at_the_desk_a_known_person_is_named_and_shown_afterwards(desk):
    subject = IdentifierFactory(value=PHONE).subject
    assert subject.reference in desk.post(reverse(TAKE), {"typed": TYPED}).content.decode()
    answer = desk.post(reverse(TAKE), {"typed": TYPED, "confirm": "1"})
    assert answer.url == reverse("admin:subjects_subject_change", args=[subject.pk])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"typed": "9,96555E+11"}, "spreadsheet has destroyed"),
        ({"typed": "hello"}, "no complete value"),
        ({"typed": ""}, "required"),
        ({"typed": "a@mail.example", "channel": "sms"}, "does not reach such an address"),
        ({"typed": TYPED, "channel": "fax"}, "not one of the available choices"),
        ({"typed": TYPED, "purpose": "service"}, "not one of the available choices"),
    ],
)
def test_at_the_desk_what_can_t_be_used_is_explained(desk, fields, words):
    answer = desk.post(reverse(TAKE), {**fields, "confirm": "1"})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not OptOutEvent.objects.exists()


def test_a_get_never_takes_an_opt_out(desk):
    subject = IdentifierFactory(value=PHONE).subject
    desk.get(reverse(TAKE), {"typed": TYPED, "confirm": "1"})
    desk.get(reverse("admin:optouts_take_from_person", args=[subject.pk]), {"channel": "all"})
    assert not OptOutEvent.objects.exists()


def test_the_person_s_page_shows_states_and_history_and_takes_an_opt_out(desk):
    subject = IdentifierFactory(value=PHONE).subject
    page = reverse("admin:subjects_subject_change", args=[subject.pk])
    assert "SMS: stopped" not in desk.get(page).content.decode()
    scope = {"channel": "sms", "purpose": "advertising", "sender": "all", "medium": "letter", "note": "stop it"}
    desk.post(reverse("admin:optouts_take_from_person", args=[subject.pk]), scope)
    shown = desk.get(page).content.decode()
    for words in ("SMS: stopped", "The person refused", "Letter or e-mail", "Opt-out taken by staff"):
        assert words in shown
    assert "Calls: stopped" not in shown
    assert "stop it" not in shown


def test_what_was_said_once_about_several_addresses_is_shown_once(desk, officer):
    subject = IdentifierFactory(value=PHONE).subject
    IdentifierFactory(subject=subject, kind="email", value="aigul@mail.example")
    page = reverse("admin:subjects_subject_change", args=[subject.pk])
    for _call in range(2):
        take_from_person(actor=officer, subject=subject)
    assert OptOutEvent.objects.count() == 4
    assert desk.get(page).content.decode().count("The person refused: Advertising · Every channel · Every sender") == 2
