"""Reminders: to whoever has the case, then to the lead; once a stage, and nobody is named."""

import pytest
from django.core import mail

from apps.audit.models import Entry
from apps.cases.models import Case, Reminder
from apps.cases.services.assign import assign
from apps.cases.services.move import move
from apps.cases.services.remind import remind
from apps.core import clock
from apps.core.sending import EmailSender, Rejected, Unavailable
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, RequestFactory, make_user


@pytest.fixture
def april(db, officer, lead):
    """A case received on 29 April 2026 that is due on 18 May, with an officer."""
    person = IdentifierFactory(value="+996555123401").subject
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory(subject=person).pk)
        return assign(case, actor=officer, assignee=officer, seen=1)


def run(moment: str) -> list[tuple[str, ...]]:
    """Who is written to when the job runs at a moment."""
    mail.outbox.clear()
    with clock.standing_at(at(moment)):
        remind()
    return sorted(tuple(message.to) for message in mail.outbox)


def test_first_whoever_has_it_then_the_lead_each_once(april, officer, lead):
    assert run("2026-05-13T09:00") == []
    assert run("2026-05-14T09:00") == [(officer.email,)]  # two working days ahead: Friday and Monday
    assert run("2026-05-14T09:10") == []
    assert run("2026-05-17T09:00") == []
    assert run("2026-05-18T09:00") == [(officer.email,)]
    assert run("2026-05-18T23:59") == []
    assert run("2026-05-19T00:00") == sorted([(officer.email,), (lead.email,)])
    assert run("2026-06-19T00:00") == []
    assert list(Reminder.objects.order_by("pk").values_list("stage", flat=True)) == ["soon", "today", "overdue"]
    assert Entry.objects.filter(action="cases.remind").count() == 3


def test_a_mail_names_the_case_and_nobody(april):
    run("2026-05-19T00:00")
    text = mail.outbox[0].body + mail.outbox[0].subject
    assert april.reference in text
    assert "18.05.2026" in text
    assert "5551" not in text
    assert "/desk/cases/case/" in text


def test_nobody_s_case_is_the_lead_s(db, lead, officer):
    with clock.standing_at(at("2026-04-29T10:00")):
        RequestFactory()
    assert run("2026-05-14T09:00") == [(lead.email,)]


def test_one_mail_for_many_cases(db, lead):
    with clock.standing_at(at("2026-04-29T10:00")):
        references = [RequestFactory().reference for _number in range(5)]
    assert run("2026-05-14T09:00") == [(lead.email,)]
    assert all(reference in mail.outbox[0].body for reference in references)


def test_while_we_wait_for_the_person_nobody_is_reminded(april, officer):
    with clock.standing_at(at("2026-05-13T10:00")):
        move(april, "wait", actor=officer, seen=None, reason="details")
    assert run("2026-05-18T09:00") == []
    assert run("2026-06-18T09:00") == []
    with clock.standing_at(at("2026-06-18T10:00")):
        case = move(april, "resume", actor=officer, seen=None)
    assert case.due_at == at("2026-06-23T23:59:59")  # 13, 14, 15 and 18 May had been left
    assert run("2026-06-22T10:00") == [(officer.email,)]


def test_a_mail_that_does_not_leave_is_sent_the_next_time(april, officer, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no mail server")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.message.EmailMessage.send", broken)
        with pytest.raises(Unavailable):
            run("2026-05-14T09:00")
    assert not Reminder.objects.exists()
    assert run("2026-05-14T09:10") == [(officer.email,)]


def test_an_address_that_takes_nothing_keeps_nobody_else_waiting(april, officer, lead, monkeypatch):
    send = EmailSender.send

    def picky(self, message):
        if message.to == officer.email:
            raise Rejected
        send(self, message)

    monkeypatch.setattr(EmailSender, "send", picky)
    assert run("2026-05-19T00:00") == [(lead.email,)]
    assert Reminder.objects.count() == 1


def test_the_new_term_is_reminded_of_anew_and_a_lead_who_left_is_not_written_to(april, lead):
    lead.is_active = False
    lead.save()
    second = make_user("lead")
    assert (second.email,) in run("2026-05-19T09:00")
    assert (lead.email,) not in [tuple(message.to) for message in mail.outbox]
