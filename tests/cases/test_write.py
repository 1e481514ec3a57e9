"""Notes and messages: encrypted, recorded, handed over; extending a term tells the person."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.audit.models import Entry
from apps.cases.models import Case, Message
from apps.cases.services.deliver import deliver, give_up
from apps.cases.services.extend import extend
from apps.cases.services.write import NewMessage, add_message, add_note
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.core.sending import Unavailable
from apps.policies.models import DeadlineRule
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, RequestFactory

SECRET = "Ал Манас көчөсүндө жашайт"


def out(came_by="phone", text=SECRET):
    return NewMessage(direction="out", came_by=came_by, text=text)


def stored(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return " ".join(row[0] for row in cursor.fetchall())


def test_what_is_written_lies_encrypted_and_not_in_the_record(case, agent):
    note = add_note(case, actor=agent, text=SECRET)
    said = NewMessage(direction="in", came_by="phone", text=SECRET, heading=SECRET)
    message = add_message(case, actor=agent, message=said)
    assert (note.text, message.text, message.heading) == (SECRET,) * 3
    tables = stored("cases_note") + stored("cases_message") + stored("audit_entry")
    assert "message-in" in tables
    assert SECRET not in tables
    assert SECRET.encode().hex() not in tables
    assert SECRET not in repr(said)


def test_an_agent_adds_what_was_said_and_tells_nobody(case, agent):
    with pytest.raises(PermissionDenied):
        add_message(case, actor=agent, message=out())
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001])
def test_nothing_and_too_much_are_refused(case, agent, text):
    with pytest.raises(NotPossible):
        add_note(case, actor=agent, text=text)


def test_an_email_leaves_once(case, officer):
    IdentifierFactory(subject=case.subject, kind=IdentifierKind.EMAIL, value="aigul@example.kg")
    message = add_message(case, actor=officer, message=out("email"))
    assert message.delivery == "queued"
    deliver(message_id=message.pk)
    deliver(message_id=message.pk)
    (letter,) = mail.outbox
    assert (letter.to, letter.body, letter.subject) == (["aigul@example.kg"], SECRET, case.reference)
    assert Message.objects.get().delivery == "done"
    assert Entry.objects.filter(action="cases.deliver", facts__delivery="done").count() == 1


def test_without_an_address_nothing_is_on_its_way(case, officer):
    with pytest.raises(NotPossible, match="another way"):
        add_message(case, actor=officer, message=out("email"))


def test_a_way_that_is_blocked_is_tried_again_and_then_given_up(case, officer, settings):
    settings.SMS_GATEWAY_URL = ""
    message = add_message(case, actor=officer, message=out("sms"))
    with pytest.raises(Unavailable):
        deliver(message_id=message.pk)
    assert Message.objects.get().delivery == "queued"
    give_up(message_id=message.pk)
    assert Message.objects.get().delivery == "failed"


def test_extending_tells_the_person_and_happens_once(db, officer):
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory().pk)
        extend(case, actor=officer, days=3, notice=out(), seen=1)
        case.refresh_from_db()
        assert case.due_at == at("2026-05-21T23:59:59")
        assert case.messages.get().text == SECRET
        with pytest.raises(NotPossible, match="once only"):
            extend(case, actor=officer, days=3, notice=out(), seen=case.version)


def test_no_notice_no_extension(case, officer):
    due = case.due_at
    with pytest.raises(NotPossible, match="no text"):
        extend(case, actor=officer, days=3, notice=out(text=" "), seen=1)
    case.refresh_from_db()
    assert (case.extra, case.due_at) == (0, due)


def test_too_late_too_long_or_with_no_term_there_is_no_extension(db, officer):
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory().pk)
    with clock.standing_at(at("2026-05-19T10:00")), pytest.raises(NotPossible, match="over"):
        extend(case, actor=officer, days=3, notice=out(), seen=1)
    with clock.standing_at(at("2026-05-10T10:00")), pytest.raises(NotPossible, match="1 to 30"):
        extend(case, actor=officer, days=31, notice=out(), seen=1)
    Case.objects.update(rule=DeadlineRule.objects.get(code="withdrawal"))
    with clock.standing_at(at("2026-05-10T10:00")), pytest.raises(NotPossible, match="no term"):
        extend(case, actor=officer, days=3, notice=out(), seen=1)
