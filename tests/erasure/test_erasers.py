"""Erasers: each finds what is there, destroys what has no reason to stay, and finds nothing of it afterwards."""

from uuid import uuid4

import pytest
from django.utils import translation

from apps.consents.models import ConsentEvent, ConsentNote, ConsentState
from apps.consents.services.record_consent import record_consent
from apps.core import clock, erasers
from apps.core.choices import IdentifierKind
from apps.optouts.models import (
    InboundMessage,
    OptOutEvent,
    OptOutNote,
    Resubscription,
    SuppressedAddress,
    Suppression,
)  # fmt: skip
from apps.optouts.services.remembering import SeenAddress, remember_addresses
from apps.optouts.services.replies import Reply, queue_replies, reply_key
from apps.subjects.models import Identifier, PersonalRecord, Reveal, Subject
from apps.subjects.services.merge import merge
from apps.subjects.services.reveal import reveal
from tests.factories import IdentifierFactory, RecordFactory, SubjectFactory

EMAIL = "aigul@example.kg"


def reply_from(identifier):
    text = "не пишите больше"
    return Reply(phone=identifier.value, text=text, received_at=clock.now(), source="gateway", key=reply_key("test"))


def opt_out(identifier, note=""):
    scope = {
        "kind": identifier.kind,
        "digest": bytes(identifier.digest),
        "channel": "sms",
        "purpose": "advertising",
        "reason": "refusal",
    }
    event = OptOutEvent.objects.create(**scope, medium="phone", occurred_at=clock.now())
    Suppression.objects.create(**scope, since=clock.now())
    if note:
        OptOutNote.objects.create(event=event, text=note)
    return event


def permit(actor, subject):
    record_consent(
        actor=actor, subject=subject, purpose="geolocation", state="given", medium="phone", note="yes, please"
    )


@pytest.fixture
def person(officer):
    """Somebody about whom every app of today holds something."""
    subject = SubjectFactory()
    phone = IdentifierFactory(subject=subject)
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    RecordFactory(subject=subject)
    absorbed = RecordFactory().subject
    merge(actor=officer, survivor=subject, absorbed=absorbed, reason="same-person")
    reveal(actor=officer, subject=subject, reason="call", note="asked for her card")
    opt_out(phone, note="said it loudly")
    permit(officer, subject)
    remember_addresses([SeenAddress(phone.kind, bytes(phone.digest), phone.value)])
    queue_replies([reply_from(phone)])
    return subject


@pytest.fixture
def bystander(officer):
    """Somebody else, of whom nothing may go."""
    identifier = IdentifierFactory()
    RecordFactory(subject=identifier.subject)
    reveal(actor=officer, subject=identifier.subject, reason="call")
    opt_out(identifier, note="another matter")
    permit(officer, identifier.subject)
    remember_addresses([SeenAddress(identifier.kind, bytes(identifier.digest), identifier.value)])
    queue_replies([reply_from(identifier)])
    return identifier.subject


def holdings(subject_id):
    return {holding.model: holding for eraser in erasers.registry for holding in eraser.find(subject_id)}


def erase(subject_id):
    for eraser in erasers.registry:
        eraser.erase(subject_id)


def without_reason(subject_id):
    return {model: held.count for model, held in holdings(subject_id).items() if held.count and not held.keep_because}


def test_what_is_there_is_found(person):
    assert without_reason(person.pk) == {
        "subjects.Reveal": 1,
        "subjects.PersonalRecord": 2,
        "subjects.Identifier": 2,
        "subjects.Subject": 2,
        "optouts.OptOutNote": 1,
        "consents.ConsentEvent": 1,
        "consents.ConsentNote": 1,
        "consents.ConsentState": 1,
        "optouts.InboundMessage": 1,
        "optouts.SuppressedAddress": 1,
    }


def test_after_erasing_nothing_is_left_that_has_no_reason(person):
    assert without_reason(person.pk)
    erase(person.pk)
    assert without_reason(person.pk) == {}
    for model in (
        Subject,
        Identifier,
        PersonalRecord,
        Reveal,
        OptOutNote,
        ConsentEvent,
        ConsentNote,
        ConsentState,
        InboundMessage,
    ):
        assert not model.objects.exists(), model
    assert not SuppressedAddress.objects.filter(value__isnull=False).exists()


def test_opt_outs_outlive_the_person(person):
    kept = {model: held for model, held in holdings(person.pk).items() if held.keep_because}
    assert {"optouts.Suppression", "optouts.OptOutEvent"} <= set(kept)
    erase(person.pk)
    assert Suppression.objects.count() == 1
    assert OptOutEvent.objects.count() == 1


def test_a_way_back_outlives_the_person_with_the_refusal_that_it_lifted(person):
    row = Suppression.objects.get()
    scope = {name: getattr(row, name) for name in ("kind", "digest", "channel", "purpose", "sender")}
    Resubscription.objects.create(id=uuid4(), **scope, asked_at=clock.now(), confirmed_at=clock.now())
    items = [item for eraser in erasers.registry for item in eraser.export(person.pk)]
    with translation.override("en"):
        assert "Asked to receive it again" in [item.title for item in items]
    assert holdings(person.pk)["optouts.Resubscription"].keep_because
    erase(person.pk)
    assert Resubscription.objects.count() == 1


def test_erasing_twice_does_what_erasing_once_does(person):
    erase(person.pk)
    erase(person.pk)
    assert without_reason(person.pk) == {}


def test_nobody_else_is_touched(person, bystander):
    before = {model: held.count for model, held in holdings(bystander.pk).items()}
    assert before["subjects.PersonalRecord"] == 1
    assert before["optouts.OptOutNote"] == 1
    erase(person.pk)
    assert {model: held.count for model, held in holdings(bystander.pk).items()} == before


def test_the_package_shows_what_is_held(person):
    items = [item for eraser in erasers.registry for item in eraser.export(person.pk)]
    shown = [value.text for item in items for value in item.values]
    assert EMAIL in shown
    assert "Асанова Айгүл" in shown
    assert "Using the exact geolocation" in {item.title for item in items}
    assert all(item.title for item in items)


def test_erasing_somebody_who_is_not_there_leaves_everybody_else(person):
    before = {model: held.count for model, held in holdings(person.pk).items()}
    assert any(before.values())
    erase(person.pk + 123456)
    assert {model: held.count for model, held in holdings(person.pk).items()} == before


def test_findings_name_models_that_their_eraser_answers_for(person):
    for eraser in erasers.registry:
        answered = {model._meta.label for model in eraser.models}
        assert {holding.model for holding in eraser.find(person.pk)} <= answered


def test_the_highest_app_goes_first():
    order = [eraser.__class__.__module__.split(".")[1] for eraser in erasers.registry]
    assert order.index("optouts") < order.index("subjects")
    assert order[-1] == "subjects"


def test_the_package_speaks_the_reader_s_language(person):
    PersonalRecord.objects.update(payload={"full_name": "Асанова Айгүл", "marketing_consent": "no"})
    with translation.override("ru"):
        items = [item for eraser in erasers.registry for item in eraser.export(person.pk)]
    titles = {value.title for item in items for value in item.values}
    assert titles
    assert not [title for title in titles if title.isascii()]
    assert "нет" in {value.text for item in items for value in item.values}
