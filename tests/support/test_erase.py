"""What cases and requests hold about a person goes with them; the case stays as a number with its dates."""

import pytest
from django.db import transaction

from apps.cases.erasure import CaseEraser
from apps.cases.models import Attachment, Case, Message, Note, Verification
from apps.cases.services.attach import attach
from apps.cases.services.confirm import confirm_by_papers
from apps.cases.services.write import add_note
from apps.core import erasers, files
from apps.support.erasure import SupportEraser
from apps.support.models import SupportRequest
from apps.support.services.take_in import NewRequest, take_in
from tests.factories import IdentifierFactory

PHONE = "+996555123401"


def ask(agent, phone, **values):
    new = NewRequest(
        topic="access", came_by="phone", contact_kind="phone", contact=phone, text="Мен жөнүндө эмне билесиз?", **values
    )
    made = take_in(actor=agent, new=new)
    add_note(made, actor=agent, text="called twice")
    attach(made, actor=agent, name="card.txt", data=b"hello")
    confirm_by_papers(made, actor=agent, papers="passport")
    return made


@pytest.fixture
def person(agent):
    subject = IdentifierFactory(value=PHONE).subject
    ask(agent, PHONE, speaker="parent", speaker_name="Асанова Айгүл")
    return subject


def held(subject_id):
    found = [holding for eraser in (CaseEraser(), SupportEraser()) for holding in eraser.find(subject_id)]
    return {holding.model: holding.count for holding in found if holding.model in ALL}


ALL = {
    "cases.Note": 1, "cases.Message": 1, "cases.Attachment": 1, "cases.Verification": 1, "cases.Case": 1,
    "support.SupportRequest": 1,
}  # fmt: skip


def erase(subject_id):
    for eraser in erasers.registry:
        eraser.erase(subject_id)


def test_found_shown_and_destroyed(person, agent, django_capture_on_commit_callbacks):
    bystander = IdentifierFactory(value="+996555000009").subject
    ask(agent, "+996555000009")
    assert held(person.pk) == held(bystander.pk) == ALL
    shown = str([item.texts for eraser in erasers.registry for item in eraser.export(person.pk)])
    for value in ("Мен жөнүндө эмне билесиз?", "called twice", "card.txt", "Papers seen", PHONE, "Асанова Айгүл"):
        assert value in shown
    path = files.path_of(Attachment.objects.get(case__subject=person).file)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        erase(person.pk)
        erase(person.pk)
    assert held(person.pk) == dict.fromkeys(ALL, 0)
    assert held(bystander.pk) == ALL
    assert not path.exists()
    for model in (Note, Message, Attachment, Verification):
        assert model.objects.count() == 1
    assert Case.objects.count() == 2


def test_a_contact_that_nobody_tied_to_the_person_goes_too(agent):
    untied = ask(agent, PHONE)
    assert SupportRequest.objects.get().subject is None
    subject = IdentifierFactory(value=PHONE).subject
    assert held(subject.pk)["support.SupportRequest"] == 1
    erase(subject.pk)
    assert not Note.objects.exists()
    assert not Message.objects.exists()
    kept = SupportRequest.objects.get(pk=untied.pk)
    assert (kept.contact, kept.contact_digest) == (None, None)
