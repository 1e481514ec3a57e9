"""The matrix on the person's page, now and then; what is recorded and corrected from there."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.optouts.models import Suppression
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.subjects.services.reveal import reveal
from tests.factories import RecordFactory, make_user

SPRING = datetime(2026, 4, 1, 6, tzinfo=UTC)


@pytest.fixture
def edition(db):
    document = PolicyDocument.objects.create(
        code="app", title_en="Policy of the app", title_ru="Политика", title_ky="Саясат"
    )  # fmt: skip
    return PolicyEdition.objects.create(
        document=document, number=3, status="published", text_ky="Саясат", text_ru="Политика", text_en="Policy",
        published_at=SPRING - timedelta(days=1), effective_at=SPRING - timedelta(days=1),
        prepared_by=make_user(), reviewed_by=make_user(), reviewed_at=SPRING - timedelta(days=1),
    )  # fmt: skip


def page(client, person, **query):
    return client.get(reverse("admin:consents_person", args=[person.pk]), query).content.decode()


def test_the_persons_page_shows_the_matrix(desk, person, say):
    place = reverse("admin:subjects_subject_change", args=[person.pk])
    before = desk.get(place).content.decode()
    assert "Nothing was ever said of any of these." in before
    assert "Partners&#x27; offers" in before
    say(person, State.GIVEN, purpose="advertising")
    after = desk.get(place).content.decode()
    assert "Nothing was ever said" not in after
    assert "check_circle" in after
    assert "Phone call" in after


def test_as_of_a_moment_it_shows_what_held_then(desk, person, officer, say):
    now = clock.now()
    say(person, State.GIVEN, now - timedelta(days=30), purpose="advertising")
    say(person, State.WITHDRAWN, now - timedelta(days=10), purpose="advertising")
    for days, word, other in ((40, "Nothing had been said", "check_circle"), (20, "check_circle", ">undo<"),
                              (5, ">undo<", "check_circle")):  # fmt: skip
        shown = page(desk, person, at=f"{now - timedelta(days=days):%Y-%m-%dT%H:%M}").partition("am-said")[0]
        assert word in shown
        assert other not in shown
        assert "This is what held on" in shown
    assert "lies in the future" in page(desk, person, at="2090-01-01T10:00")
    assert "This is what held on" not in page(desk, person, at="nonsense")


def test_it_tells_what_people_were_told_and_what_this_one_saw(desk, officer, person, edition):
    record_consent(
        actor=officer, subject=person, purpose="advertising", state="given", medium="letter", edition=edition,
        language="ky", wording="Жарнамага макулмун", occurred_at=SPRING + timedelta(days=2),
    )  # fmt: skip
    told = page(desk, person)
    assert "edition 3" in told
    assert "Жарнамага макулмун" in told
    assert "Kyrgyz" in told
    assert "No edition of a policy document was in force." in page(desk, person, at="2026-01-01T10:00")


def test_the_page_asks_the_same_number_of_questions_however_much_was_said(desk, person, django_assert_max_num_queries):
    def ask():
        with django_assert_max_num_queries(40) as seen:
            page(desk, person)
        return len(seen)

    empty = ask()
    for number in range(30):
        ConsentEvent.objects.create(
            subject=person, purpose="advertising", channel=("sms", "email")[number % 2], medium="app",
            state=(State.GIVEN, State.WITHDRAWN)[number // 2 % 2], occurred_at=SPRING + timedelta(hours=number),
        )  # fmt: skip
    assert ask() <= empty + 1


def test_a_withdrawal_by_phone_is_recorded_and_nothing_is_sent_any_more(agent, person):
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    place = reverse("admin:consents_record", args=[person.pk, "advertising"])
    form = client.get(place, {"state": "withdrawn", "channel": "sms"}).content.decode()
    assert ConsentEvent.objects.count() == 0
    assert 'value="sms" selected' in form
    said = {"state": "withdrawn", "channel": "sms", "medium": "phone", "note": "do stop"}
    for _ in range(2):
        assert client.post(place, said).status_code == 302
    event = ConsentEvent.objects.first()
    assert (event.channel, event.state, event.actor, event.note.text) == ("sms", "withdrawn", agent, "do stop")
    assert ConsentEvent.objects.count() == 2
    assert Suppression.objects.filter(channel="sms", purpose="advertising").count() == 1


def test_what_makes_no_sense_is_told(desk, person):
    place = reverse("admin:consents_record", args=[person.pk, "advertising"])
    said = {"state": "given", "channel": "", "medium": "phone"}
    assert "lies in the future" in desk.post(place, {**said, "occurred_at": "2090-01-01T10:00"}).content.decode()
    late = {**said, "expires_at": "2020-01-01T10:00"}
    assert "behind its beginning" in desk.post(place, late).content.decode()
    assert desk.post(place, {**said, "state": "adored"}).status_code == 200
    assert desk.get(reverse("admin:consents_record", args=[person.pk, "world-domination"])).status_code == 404
    assert not ConsentEvent.objects.exists()
    assert desk.post(place, said).status_code == 302
    assert "already" in desk.post(place, said).content.decode()


def test_who_was_given_the_data_is_to_be_told_when_the_transfer_ends(desk, person, partner):
    RecordFactory(subject=person, partner=partner)
    assert "To be told" not in page(desk, person)
    place = reverse("admin:consents_record", args=[person.pk, "transfer"])
    desk.post(place, {"state": "withdrawn", "medium": "letter", "channel": "sms"})
    assert ConsentEvent.objects.get().channel == ""  # a transfer has none
    shown = page(desk, person)
    assert "To be told" in shown
    assert "Bereke" in shown


def test_an_officer_corrects_with_a_reason_and_it_stays_to_be_seen(desk, officer, person, say):
    wrong = say(person, State.WITHDRAWN, SPRING + timedelta(days=1), purpose="service")
    say(person, State.GIVEN, SPRING, purpose="service")
    place = reverse("admin:consents_correct", args=[person.pk, wrong.pk])
    assert desk.post(place, {"reason": " ", "medium": "phone"}).status_code == 200
    assert ConsentEvent.objects.count() == 2
    desk.post(place, {"reason": "it was her sister", "medium": "phone"})
    wrong.refresh_from_db()
    assert not wrong.counts
    correction = ConsentEvent.objects.get(corrects=wrong)
    assert (correction.state, correction.actor, correction.note.text) == ("invalidated", officer, "it was her sister")
    assert ConsentEvent.objects.in_force(person, "service")
    assert ConsentEvent.objects.in_force(person, "service", SPRING + timedelta(days=2))  # at no moment
    entry = Entry.objects.get(action="consents.correct")
    assert entry.facts == {"purpose": "service", "was": "withdrawn", "said_at": wrong.occurred_at.isoformat()}
    shown = page(desk, person)
    assert "recorded wrongly" in shown
    assert "it was her sister" not in shown
    reveal(actor=officer, subject=person, reason="call", note="she asks")
    assert "it was her sister" in page(desk, person)
    assert "already" in desk.post(place, {"reason": "again", "medium": "phone"}).content.decode()


def test_an_agent_corrects_nothing(agent, person, say):
    event = say(person, State.GIVEN)
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    place = reverse("admin:consents_correct", args=[person.pk, event.pk])
    assert client.post(place, {"reason": "x", "medium": "phone"}).status_code == 403
    assert "Recorded wrongly?" not in page(client, person)


def test_a_superuser_can_neither_change_nor_delete_an_event_in_the_admin_and_is_told(person, say, desk):
    event = say(person, State.GIVEN)
    client = Client()
    user = make_user(Role.OFFICER, is_superuser=True, is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    change = reverse("admin:consents_consentevent_change", args=[event.pk])
    looked = client.get(change)
    assert looked.status_code == 200
    assert "nobody can change or delete it" in looked.content.decode()
    assert 'name="_save"' not in looked.content.decode()
    assert client.post(change, {"state": "withdrawn"}).status_code == 403
    assert (
        client.post(reverse("admin:consents_consentevent_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    )
    event.refresh_from_db()
    assert event.state == "given"
