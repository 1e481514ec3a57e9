"""Taking in a request: one screen, whoever it is about."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case
from apps.core import clock, identifiers
from apps.optouts.models import OptOutEvent, Suppression
from apps.support.choices import Topic
from apps.support.models import SupportRequest
from apps.support.services.take_in import NewRequest, take_in, twins_of
from apps.support.workflow import SUPPORT
from tests.cases.conftest import at
from tests.factories import IdentifierFactory, make_user

PHONE = "+996555123401"
INTAKE = "admin:support_supportrequest_add"


def asked(**values):
    given = {
        "topic": "access", "typed": "0555 123 401", "text": "Мен жөнүндө эмне билесиз?", "came_by": "phone",
        "received_at": "2026-04-29T10:00", "speaker": "self", "speaker_name": "", "language": "ky",
    }  # fmt: skip
    return {**given, **values}


@pytest.fixture
def phone_desk(agent):
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_by_an_agent_on_the_phone(phone_desk, agent):
    person = IdentifierFactory(value=PHONE).subject
    answer = phone_desk.post(reverse(INTAKE), asked())
    request = SupportRequest.objects.get()
    assert answer["Location"] == reverse("admin:cases_case_change", args=[request.pk])
    assert (request.subject, request.contact, request.opened_by) == (person, PHONE, agent)
    assert request.due_at == at("2026-05-18T23:59:59")
    assert request.messages.get().text == "Мен жөнүндө эмне билесиз?"
    page = phone_desk.get(answer["Location"]).content.decode()
    assert "+996 ••• ••• 401" in page
    assert PHONE not in page
    assert "123401" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_of_somebody_whom_nobody_knows(phone_desk):
    phone_desk.post(reverse(INTAKE), asked())
    request = SupportRequest.objects.get()
    assert request.subject is None
    assert bytes(request.contact_digest) == identifiers.digest("phone", PHONE)


def test_by_a_reference_and_with_no_contact_at_all(phone_desk):
    person = IdentifierFactory().subject
    phone_desk.post(reverse(INTAKE), asked(typed=f"P-{person.pk}"))
    request = SupportRequest.objects.get()
    assert (request.subject, request.contact) == (person, None)
    phone_desk.post(reverse(INTAKE), asked(typed="", topic="question"))
    assert SupportRequest.objects.get(topic="question").subject is None


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"topic": ""}, "This field is required"),
        ({"typed": "12"}, "no complete value"),
        ({"received_at": "2099-01-01T10:00"}, "in the future"),
        ({"speaker": "parent"}, "Name who speaks"),
        ({"topic": "unsubscribe", "typed": ""}, "Which number or address"),
    ],
)
def test_what_is_wrong_is_said_beside_it(phone_desk, values, told):
    assert told in phone_desk.post(reverse(INTAKE), asked(**values)).content.decode()
    assert not Case.objects.exists()


def test_the_same_twice_is_asked_about(phone_desk):
    IdentifierFactory(value=PHONE)
    phone_desk.post(reverse(INTAKE), asked())
    first = Case.objects.get()
    page = phone_desk.post(reverse(INTAKE), asked()).content.decode()
    assert "The same is being asked already" in page
    assert first.reference in page
    assert Case.objects.count() == 1
    phone_desk.post(reverse(INTAKE), asked(topic="erasure"))  # something else
    phone_desk.post(reverse(INTAKE), asked(again="1"))
    assert Case.objects.count() == 3


def test_twins_are_found_by_the_digest_of_an_unknown_contact(agent):
    new = NewRequest(topic="access", came_by="phone", contact_kind="phone", contact=PHONE)
    assert twins_of(new) == []
    made = take_in(actor=agent, new=new)
    assert [case.pk for case in twins_of(new)] == [made.pk]


@pytest.mark.parametrize("known", [True, False])
def test_unsubscribing_is_done_on_the_spot(agent, known):
    if known:
        IdentifierFactory(value=PHONE)
    new = NewRequest(topic="unsubscribe", came_by="phone", contact_kind="phone", contact=PHONE)
    request = Case.objects.get(pk=take_in(actor=agent, new=new).pk)
    assert (request.status, request.closed_at is not None) == ("answered", True)
    suppression = Suppression.objects.get()
    assert bytes(suppression.digest) == identifiers.digest("phone", PHONE)
    assert OptOutEvent.objects.get().actor == agent


def test_whoever_takes_no_opt_outs_leaves_it_open(db):
    counsel = make_user(Role.COUNSEL)
    new = NewRequest(topic="unsubscribe", came_by="phone", contact_kind="phone", contact=PHONE)
    assert Case.objects.get(pk=take_in(actor=counsel, new=new).pk).is_open
    assert not Suppression.objects.exists()


def test_the_step_of_the_spot_is_no_button(phone_desk, agent):
    made = take_in(actor=agent, new=NewRequest(topic="access", came_by="phone"))
    assert phone_desk.post(reverse("admin:cases_case_step", args=[made.pk, "settle"])).status_code == 404


def test_an_auditor_takes_nothing_in(db):
    with pytest.raises(PermissionDenied):
        take_in(actor=make_user(Role.AUDITOR), new=NewRequest(topic="access", came_by="phone"))


def test_what_was_searched_in_vain_comes_along_by_post(phone_desk):
    page = phone_desk.post(reverse("admin:subjects_find"), {"typed": "0555 123 401"}).content.decode()
    assert "Take in a request" in page
    filled = phone_desk.post(reverse(INTAKE), {"typed": "0555 123 401"}).content.decode()
    assert 'value="0555 123 401"' in filled
    assert not Case.objects.exists()


def test_from_a_person_s_page_and_on_it(phone_desk):
    person = IdentifierFactory(value=PHONE).subject
    page = reverse("admin:subjects_subject_change", args=[person.pk])
    assert "Nothing was asked yet." in phone_desk.get(page).content.decode()
    assert f'value="P-{person.pk}"' in phone_desk.get(f"{reverse(INTAKE)}?person={person.pk}").content.decode()
    phone_desk.post(reverse(INTAKE), asked(typed=f"P-{person.pk}"))
    shown = phone_desk.get(page).content.decode()
    assert Case.objects.get().reference in shown
    assert "Case opened" in shown


def test_every_topic_has_a_term():
    assert {SUPPORT.rule_for(topic) for topic in Topic} >= {"access", "complaint", "withdrawal"}


def test_what_came_by_letter_is_due_from_its_arrival(phone_desk):
    phone_desk.post(reverse(INTAKE), asked(came_by="letter", received_at="2026-01-20T10:00"))
    assert Case.objects.get().due_at == at("2026-01-27T23:59:59")
    assert Case.objects.get().opened_at <= clock.now()
