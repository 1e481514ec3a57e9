"""A blocking outlives a backup that has never heard of the person: they come in again blocked, until the release."""

import pytest

from apps.core.choices import IdentifierKind
from apps.core.journal import journal
from apps.subjects.models import AwaitedRestriction, Identifier, Subject
from apps.subjects.services.add_identifier import add_identifier
from apps.subjects.services.move_identifier import move_identifier
from apps.subjects.services.register import NewIdentifier, register
from apps.subjects.services.release import release
from apps.subjects.services.replay import replay
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory

PHONE, EMAIL = "+996555123401", "aigul@example.kg"


def written():
    return [line.entry for path in journal().files() for line in journal().read(path)]


def lose_everybody():
    Identifier.objects.all().delete()
    Subject.objects.all().delete()


@pytest.fixture
def forgotten(officer):
    """Somebody was blocked, and the database that came back is from before they were known."""
    subject = IdentifierFactory(value=PHONE).subject
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value=EMAIL)
    restrict(actor=officer, subject=subject, reason="disputed")
    lose_everybody()
    assert replay(written()) == 1


def test_what_leads_to_nobody_is_awaited_once(forgotten):
    assert AwaitedRestriction.objects.count() == 2
    assert replay(written()) == 0
    assert AwaitedRestriction.objects.count() == 2


def test_nothing_is_awaited_of_who_is_known(officer):
    subject = IdentifierFactory().subject
    restrict(actor=officer, subject=subject, reason="disputed")
    assert replay(written()) == 0
    assert not AwaitedRestriction.objects.exists()


def test_who_registers_again_is_blocked_since_then(officer, forgotten):
    subject = register(actor=officer, given=[NewIdentifier("phone", PHONE)])
    assert (subject.restriction_reason, subject.restricted_at) == ("disputed", written()[0].at)


def test_an_identifier_that_turns_up_later_blocks_too(officer, forgotten):
    subject = register(actor=officer, given=[NewIdentifier("phone", "+996700000001")])
    assert not subject.restricted
    add_identifier(actor=officer, subject=subject, new=NewIdentifier("email", EMAIL))
    subject.refresh_from_db()
    assert subject.restricted


def test_the_release_ends_it_for_everything_that_was_named(officer, forgotten):
    subject = register(actor=officer, given=[NewIdentifier("phone", PHONE)])
    release(actor=officer, subject=subject, reason="resolved")
    assert not AwaitedRestriction.objects.exists()


def test_a_release_in_the_journal_ends_it_as_well(officer):
    subject = IdentifierFactory(value=PHONE).subject
    restrict(actor=officer, subject=subject, reason="disputed")
    first, *_rest = written()
    release(actor=officer, subject=subject, reason="resolved")
    lose_everybody()
    assert replay([first]) == 1
    assert AwaitedRestriction.objects.exists()
    replay(written())
    assert not AwaitedRestriction.objects.exists()


def test_the_new_owner_of_a_number_is_not_blocked_for_the_old_one(officer, forgotten):
    old = register(actor=officer, given=[NewIdentifier("phone", PHONE), NewIdentifier("email", EMAIL)])
    assert old.restricted
    new = move_identifier(actor=officer, identifier=old.identifiers.get(kind=IdentifierKind.PHONE))
    assert not new.restricted
    assert AwaitedRestriction.objects.count() == 1
