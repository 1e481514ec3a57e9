"""Registering a person, adding to them, and a number that changes hands."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.core.identifiers import Unusable
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.add_identifier import add_identifier
from apps.subjects.services.move_identifier import move_identifier
from apps.subjects.services.register import NewIdentifier, register
from apps.subjects.services.restrict import replay_restriction, restrict
from tests.factories import IdentifierFactory, SubjectFactory, make_user

PHONE = NewIdentifier(IdentifierKind.PHONE, "0555 123 401")


def test_a_registered_person_is_found_and_recorded(agent):
    subject = register(actor=agent, given=[PHONE], language="ky")
    assert Subject.objects.sought("+996555123401").get() == subject
    entry = Entry.objects.about(subject).get()
    assert (entry.actor, entry.action, entry.facts) == (agent, "subjects.register", {"kinds": ["phone"]})


def test_a_value_of_somebody_else_is_refused_with_their_reference(agent):
    owner = IdentifierFactory(value="+996555123401").subject
    with pytest.raises(NotPossible, match=owner.reference):
        register(actor=agent, given=[NewIdentifier(IdentifierKind.EMAIL, "a@example.kg"), PHONE])
    assert Subject.objects.count() == 1
    assert not Entry.objects.filter(action="subjects.register").exists()


def test_nothing_or_nonsense_registers_nobody(agent):
    with pytest.raises(NotPossible):
        register(actor=agent, given=[])
    with pytest.raises(Unusable):
        register(actor=agent, given=[NewIdentifier(IdentifierKind.PHONE, "12")])
    assert not Subject.objects.exists()


def test_an_auditor_registers_nobody(db):
    with pytest.raises(PermissionDenied):
        register(actor=make_user(Role.AUDITOR), given=[PHONE])


def test_a_second_token_is_refused(officer):
    subject = register(actor=officer, given=[NewIdentifier(IdentifierKind.TOKEN, "token-one")])
    with pytest.raises(NotPossible):
        add_identifier(actor=officer, subject=subject, new=NewIdentifier(IdentifierKind.TOKEN, "token-two"))
    add_identifier(actor=officer, subject=subject, new=PHONE)
    assert set(subject.identifiers.values_list("kind", flat=True)) == {"token", "phone"}


def test_agents_add_no_identifier(agent):
    with pytest.raises(PermissionDenied):
        add_identifier(actor=agent, subject=SubjectFactory(), new=PHONE)


def test_a_number_that_moves_does_not_carry_the_old_person_along(officer):
    number = IdentifierFactory(value="+996555123401")
    token = IdentifierFactory(subject=number.subject, kind=IdentifierKind.TOKEN, value="token-one")
    new = move_identifier(actor=officer, identifier=number)
    assert list(new.identifiers.all()) == [number]
    assert list(token.subject.identifiers.all()) == [token]
    assert Entry.objects.about(token.subject).get().facts == {"kind": "phone", "to": new.reference}
    assert Entry.objects.about(new).get().facts == {"kind": "phone", "person": token.subject.reference}


def test_the_old_owners_blocking_is_not_replayed_onto_the_new_owner(officer):
    number = IdentifierFactory()
    restrict(actor=officer, subject=number.subject, reason="request")
    entry = _last_entry()
    new = move_identifier(actor=officer, identifier=number)
    assert replay_restriction(entry) == 0
    new.refresh_from_db()
    assert not new.restricted


def test_a_token_does_not_move(officer):
    token = IdentifierFactory(kind=IdentifierKind.TOKEN, value="token-one")
    with pytest.raises(NotPossible):
        move_identifier(actor=officer, identifier=token)
    assert Identifier.objects.get().subject == token.subject
    assert Subject.objects.count() == 1


def _last_entry():
    from apps.core.journal import journal

    return [line.entry for path in journal().files() for line in journal().read(path)][-1]
