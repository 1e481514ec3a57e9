"""A code goes to a known address of the case's person, and to none other; what is left of it discloses nothing."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case, Verification
from apps.cases.services import send_code as service
from apps.cases.services.link import concern
from apps.cases.services.move import move
from apps.cases.services.send_code import TooManyCodes, ask_code, deliver_code, give_up_code, send_code
from apps.cases.tasks import deliver_code as deliver_job
from apps.core import clock, identifiers, sending
from apps.core.attempts import CODES
from apps.core.errors import NotPossible
from apps.subjects.models import Identifier
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, RequestFactory, make_user

PHONE, EMAIL = "+996555123401", "asel@mail.example"


@pytest.fixture
def phone(case) -> Identifier:
    return IdentifierFactory(subject=case.subject, value=PHONE)


def ask(case, kind="phone", value=PHONE):
    return ask_code(case, kind=kind, digest=identifiers.digest(kind, value), language="en")


def test_to_a_known_phone(case, phone, agent, gateway):
    made = send_code(case, actor=agent, address=phone)
    (entry,) = Entry.objects.filter(action="cases.send-code")
    assert (entry.actor, entry.facts) == (agent, {"method": "phone"})
    deliver_code(verification_id=made.pk)
    deliver_code(verification_id=made.pk)
    (message,) = gateway.messages
    assert message["to"] == PHONE
    assert made.code in message["text"]
    assert case.reference in message["text"]
    assert gateway.got[0][1]["Idempotency-Key"] == str(made.key)
    made.refresh_from_db()
    assert (made.delivery, made.state, made.code) == ("done", "open", None)
    assert not Case.objects.get().verified_at


def test_the_code_lies_nowhere_in_the_clear(case, phone, agent):
    made = send_code(case, actor=agent, address=phone)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(v)::text FROM cases_verification v")
        stored = cursor.fetchone()[0]
    assert len(made.code) == 6
    assert made.code not in stored
    assert made.code.encode().hex() not in stored
    assert PHONE not in stored
    assert made.code not in str(list(Entry.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize("kind", ["stranger", "card"])
def test_to_nothing_but_the_person_s_own_addresses(case, agent, partner, kind):
    other = IdentifierFactory() if kind == "stranger" else IdentifierFactory(subject=case.subject, kind="token")
    with pytest.raises(NotPossible, match="no known address"):
        send_code(case, actor=agent, address=other)
    assert not Verification.objects.exists()


def test_not_by_whoever_only_looks(case, phone):
    with pytest.raises(PermissionDenied):
        send_code(case, actor=make_user(Role.AUDITOR), address=phone)


def test_not_for_a_closed_case(case, phone, officer):
    move(case, "withdraw", actor=officer, seen=None)
    with pytest.raises(NotPossible, match="closed"):
        send_code(case, actor=officer, address=phone)


def test_a_worker_tries_again_and_gives_up_at_last(case, phone, agent, gateway):
    """The job itself, against a gateway that is down: an attempt that is not the last raises, for the worker."""
    gateway.status = 500
    made = send_code(case, actor=agent, address=phone)
    job = deliver_job.func
    with pytest.raises(sending.Unavailable):
        job(attempt_number(0), verification_id=made.pk)
    job(attempt_number(CODES.most - 1), verification_id=made.pk)
    made.refresh_from_db()
    assert (made.delivery, made.code, len(gateway.got)) == ("failed", None, 2)


def attempt_number(attempts: int) -> SimpleNamespace:
    return SimpleNamespace(job=SimpleNamespace(attempts=attempts))


def test_a_new_one_replaces_the_last(case, phone, agent):
    first = send_code(case, actor=agent, address=phone)
    second = send_code(case, actor=agent, address=phone)
    assert [row.pk for row in Verification.objects.waiting()] == [second.pk]
    first.refresh_from_db()
    assert (first.state, first.code) == ("failed", None)


def test_from_outside_an_unknown_address_is_asked_about_alike_and_gets_nothing(db, gateway):
    case = Case.objects.get(pk=RequestFactory().pk)
    made = ask(case)
    assert (made.state, made.delivery, len(made.code)) == ("open", "queued", 6)
    deliver_code(verification_id=made.pk)
    made.refresh_from_db()
    assert gateway.got == []
    assert (made.state, made.delivery, made.code) == ("open", "failed", None)


def test_from_outside_an_address_of_somebody_else_gets_nothing(case, mailoutbox):
    other = IdentifierFactory(value=EMAIL, kind="email")
    deliver_code(verification_id=ask(case, "email", EMAIL).pk)
    assert mailoutbox == []
    deliver_code(verification_id=ask(Case.objects.get(pk=RequestFactory(subject=other.subject).pk), "email", EMAIL).pk)
    assert [message.to for message in mailoutbox] == [[EMAIL]]


def test_so_many_an_hour_and_from_outside_fewer(case, phone, agent):
    with clock.standing_at(at("2026-05-12T10:00")):
        for _number in range(service.MOST_FROM_OUTSIDE):
            ask(case)
        with pytest.raises(TooManyCodes):
            ask(case)
        for _number in range(service.MOST_AN_HOUR - service.MOST_FROM_OUTSIDE):
            send_code(case, actor=agent, address=phone)
        with pytest.raises(TooManyCodes):
            send_code(case, actor=agent, address=phone)
    with clock.standing_at(at("2026-05-12T11:00:01")):
        send_code(case, actor=agent, address=phone)


def test_an_address_is_counted_over_all_cases(case, phone):
    for _number in range(service.MOST_FROM_OUTSIDE):
        ask(Case.objects.get(pk=RequestFactory().pk))
    with pytest.raises(TooManyCodes):
        ask(case)


def test_a_number_that_gets_none(case, phone, agent, gateway):
    gateway.status = 422
    made = send_code(case, actor=agent, address=phone)
    deliver_code(verification_id=made.pk)
    made.refresh_from_db()
    assert made.delivery == "failed"
    assert Entry.objects.get(action="cases.code-sent").facts == {"method": "phone", "delivery": "failed"}


def test_a_gateway_that_is_away_is_tried_again_with_the_same_code(case, phone, agent, gateway):
    gateway.status = 503
    made = send_code(case, actor=agent, address=phone)
    with pytest.raises(sending.Unavailable):
        deliver_code(verification_id=made.pk)
    gateway.status = 202
    deliver_code(verification_id=made.pk)
    assert [made.code in message["text"] for message in gateway.messages] == [True, True]
    keys = {headers["Idempotency-Key"] for _path, headers, _body in gateway.got}
    assert keys == {str(made.key)}  # a gateway that took the first one in all the same sends no second


def test_given_up_at_last_or_too_late(case, phone, agent, gateway):
    made = send_code(case, actor=agent, address=phone)
    give_up_code(verification_id=made.pk)
    made.refresh_from_db()
    assert (made.delivery, made.code) == ("failed", None)
    with clock.standing_at(at("2026-05-12T10:00")):
        late = send_code(case, actor=agent, address=phone)
    with clock.standing_at(at("2026-05-12T10:10")):
        deliver_code(verification_id=late.pk)
    assert gateway.got == []


def test_somebody_else_is_verified_anew(case, phone, officer):
    made = send_code(case, actor=officer, address=phone)
    Case.objects.update(verified_at=clock.now())
    row = concern(case, actor=officer, subject=IdentifierFactory().subject, seen=None)
    made.refresh_from_db()
    assert (row.verified_at, made.state) == (None, "failed")
