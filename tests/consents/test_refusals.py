"""What is refused in one place holds in the other, in the same transaction: consents, opt-outs."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent, ConsentState
from apps.consents.services.record_consent import record_consent, withdraw
from apps.consents.services.refresh import people_among, refresh_states
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.journal import journal
from apps.optouts.models import Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.links import Link, link_url
from apps.optouts.services.replay import replay_journal
from apps.optouts.services.resubscribe import Wish, apply_wishes
from apps.optouts.services.take import take_optout
from apps.subjects import refusals
from tests.factories import IdentifierFactory, SubjectFactory, make_user

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def agreed(person, channel="sms", purpose="advertising", at=MARCH, state="given"):
    event = ConsentEvent.objects.create(
        subject=person, purpose=purpose, channel=channel, state=state, medium="app", occurred_at=at
    )  # fmt: skip
    refresh_states(people_among([person.pk]))
    return event


def post_link(identifier, channel="sms", **scope):
    link = Link(kind=identifier.kind, digest=bytes(identifier.digest), channel=channel, masked="•••", **scope)
    path = link_url(link).partition("/u/")[2]
    return Client(enforce_csrf_checks=True).post(f"/u/{path}", {"List-Unsubscribe": "One-Click"})


def test_a_withdrawal_at_the_desk_suppresses_every_address_it_reaches(agent, person):
    IdentifierFactory(subject=person, kind=IdentifierKind.EMAIL, value="a@example.kg")
    agreed(person, "")
    withdraw(actor=agent, subject=person, purpose="advertising", medium="phone")
    suppressed = Suppression.objects.filter(channel="all", purpose="advertising", sender="all", reason="refusal")
    assert suppressed.count() == 2
    assert ConsentState.objects.get(subject=person).state == "withdrawn"
    withdrawn = ConsentEvent.objects.filter(state="withdrawn")
    assert withdrawn.count() == 1  # heard from us: not told back
    assert [line.entry.kind for line in journal().read_all({})] == ["consent", "optout", "optout"]


def test_of_a_channel_only_that_is_suppressed(agent, person):
    IdentifierFactory(subject=person, kind=IdentifierKind.EMAIL, value="a@example.kg")
    withdraw(actor=agent, subject=person, purpose="advertising", channel="sms", medium="letter")
    row = Suppression.objects.get()
    assert (row.channel, row.kind) == ("sms", "phone")


def test_who_has_no_address_withdraws_all_the_same(agent, db):
    person = SubjectFactory()
    assert withdraw(actor=agent, subject=person, purpose="advertising", medium="phone").pk
    assert not Suppression.objects.exists()


def test_a_withdrawal_is_never_refused(agent, person):
    for _ in range(3):
        assert withdraw(actor=agent, subject=person, purpose="transfer", medium="phone").pk
    assert ConsentEvent.objects.count() == 3


def test_a_withdrawal_by_link_is_a_suppression_and_in_the_ledger_before_the_page_answers(person, transactional_db):
    identifier = person.identifiers.get()
    agreed(person, "sms")
    assert post_link(identifier, campaign="spring").status_code == 200
    assert Suppression.objects.filter(digest=identifier.digest, channel="sms").exists()
    event = ConsentEvent.objects.get(state="withdrawn")
    assert (event.channel, event.medium, event.campaign, event.subject) == ("sms", "link", "spring", person)
    entry = Entry.objects.get(action="consents.end-by-optout")
    assert entry.target_id == person.pk
    assert entry.facts["purpose"] == "advertising"


def test_an_opt_out_ends_what_was_given_and_nothing_else(agent, person):
    identifier = person.identifiers.get()
    agreed(person, "sms")
    agreed(person, "email")
    agreed(person, "sms", purpose="advertising-offers")
    agreed(person, "sms", purpose="geolocation")
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest), channel="sms")
    ended = ConsentEvent.objects.filter(state="withdrawn").values_list("purpose", "channel")
    assert set(ended) == {("advertising", "sms"), ("advertising-offers", "sms")}
    assert ConsentEvent.objects.in_force(person, "advertising", channel="email")
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest))
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="email")
    assert ConsentEvent.objects.in_force(person, "geolocation", channel="sms")


def test_what_was_asked_for_is_refused_and_what_was_never_spoken_of_stays_unspoken(agent, person):
    identifier = person.identifiers.get()
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest))
    assert not ConsentEvent.objects.exists()
    agreed(person, "sms", state="requested")
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest))
    assert ConsentEvent.objects.filter(state="refused", channel="").exists()


def test_what_one_sender_may_not_send_is_no_matter_of_consent(agent, person):
    identifier = person.identifiers.get()
    agreed(person, "sms")
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest), sender="bereke")
    assert ConsentEvent.objects.in_force(person, "advertising", channel="sms")


def test_an_opt_out_of_nobody_known_costs_one_look(db):
    digest = b"\x01" * 16

    def count(heard):
        fact = Fact(kind="phone", digest=digest, channel="sms", medium="one-click")
        with CaptureQueriesContext(connection) as seen:
            apply_facts(actor=None, facts=[fact], heard=heard)
        return len(seen)

    assert count(heard=False) - count(heard=True) == 1


def test_of_an_older_refusal_only_what_was_in_force_then_is_ended(agent, person):
    identifier = person.identifiers.get()
    agreed(person, "sms", at=MARCH + timedelta(days=10))
    take_optout(actor=agent, kind="phone", digest=bytes(identifier.digest), channel="sms", occurred=MARCH)
    assert ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert ConsentEvent.objects.count() == 1


def test_after_a_restore_the_journal_brings_the_withdrawal_back_once(agent, transactional_db):
    person = IdentifierFactory().subject
    agreed(person, "")
    with transaction.atomic():
        withdraw(actor=agent, subject=person, purpose="advertising", medium="phone")
        withdraw(actor=agent, subject=person, purpose="transfer", medium="letter")
        transaction.set_rollback(True)
    assert ConsentEvent.objects.count() == 1
    report = replay_journal()
    assert (report.kinds["consent"].applied, report.complete) == (2, True)
    assert set(ConsentEvent.objects.values_list("purpose", "state")) == {
        ("advertising", "given"), ("advertising", "withdrawn"), ("transfer", "withdrawn")
    }  # fmt: skip
    assert ConsentState.objects.get(purpose="advertising").state == "withdrawn"
    assert Suppression.objects.exists()
    again = replay_journal()
    assert (again.kinds["consent"].applied, again.kinds["consent"].present) == (0, 2)
    assert ConsentEvent.objects.count() == 3


def test_a_link_and_the_desk_at_once_wait_for_each_other_and_never_in_a_ring(transactional_db):
    agent = make_user(Role.AGENT)
    person = IdentifierFactory().subject
    identifier = person.identifiers.get()
    agreed(person, "sms")
    barrier, failed = threading.Barrier(2), []

    def run(act):
        barrier.wait()
        try:
            act()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    acts = [
        lambda: withdraw(actor=agent, subject=person, purpose="advertising", channel="sms", medium="phone"),
        lambda: post_link(identifier),
    ]
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert Suppression.objects.filter(digest=identifier.digest).count() == 1


def test_a_second_listener_of_an_app_is_refused():
    with pytest.raises(ValueError, match="listens already"):
        refusals.register_listener("optouts", lambda **_: None)


def test_a_consent_for_the_past_suppresses_nothing_when_it_was_given_again_since(agent, person):
    agreed(person, "sms", at=clock.now() - timedelta(days=1))
    said = {"purpose": "advertising", "channel": "sms", "medium": "letter", "state": State.WITHDRAWN}
    record_consent(actor=agent, subject=person, occurred_at=MARCH, **said)
    assert not Suppression.objects.exists()


def test_who_confirms_through_the_address_that_they_want_it_again_has_given_it(agent, person):
    identifier = person.identifiers.get()
    scope = {"kind": "phone", "digest": bytes(identifier.digest), "channel": "sms"}
    agreed(person, "sms")
    take_optout(actor=agent, **scope)
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    asked = clock.now()
    wish = Wish(**scope, id=uuid4(), purpose="advertising", sender="all", asked=asked, at=asked)
    apply_wishes([wish])
    assert ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    given = ConsentEvent.objects.order_by("pk").last()
    assert (given.medium, given.occurred_at, given.channel) == ("link", asked, "sms")
    assert not Suppression.objects.exists()
    apply_wishes([wish])
    assert ConsentEvent.objects.count() == 3


def test_a_refusal_between_asking_and_confirming_stands(agent, person):
    identifier = person.identifiers.get()
    scope = {"kind": "phone", "digest": bytes(identifier.digest), "channel": "sms"}
    asked = clock.now() - timedelta(hours=1)
    agreed(person, "sms")
    take_optout(actor=agent, **scope)
    apply_wishes([Wish(**scope, id=uuid4(), purpose="advertising", sender="all", asked=asked, at=clock.now())])
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert Suppression.objects.exists()
