"""Entries: registered actions and declared facts only, and nobody changes them afterwards."""

import pytest
from django.db import ProgrammingError, connection, transaction

from apps.audit.actions import SIGN_IN, STAFF_CHANGED
from apps.audit.models import Entry
from apps.audit.registry import Action, Registry
from apps.audit.services import Unrecordable, record


@pytest.fixture
def entry(officer):
    return record(officer, STAFF_CHANGED, officer, fields=["email"], added=["agent"], removed=[])


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_whoever_asks(entry, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().action == "accounts.change"


def test_the_models_refuse_too(entry):
    entry.action = "accounts.sign-in"
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().action == "accounts.change"


def test_what_is_not_declared_is_not_recorded(officer):
    with pytest.raises(Unrecordable):
        record(officer, Action("made.up", "Made up"), officer)
    with pytest.raises(Unrecordable):
        record(officer, SIGN_IN, officer, address="somewhere")
    with pytest.raises(Unrecordable):
        record(officer, STAFF_CHANGED, officer, fields={"not": "a list"})
    with pytest.raises(Unrecordable):
        record(officer, STAFF_CHANGED, officer, fields=["long " * 40])
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_the_transaction_of_its_change_is_refused():
    from tests.factories import make_user

    user = make_user()
    with pytest.raises(Unrecordable):
        record(user, SIGN_IN, user)


def test_an_action_is_registered_once():
    registry = Registry()
    registry.register("a.b", "Title")
    with pytest.raises(ValueError, match="registered already"):
        registry.register("a.b", "Another")


def test_facts_read_in_words(entry):
    assert entry.facts_list() == [("added", "Support agent"), ("changed", "email"), ("removed", "")]


def test_an_entry_of_an_app_that_is_gone_still_reads(officer):
    entry = Entry(action="gone.verb", facts={"some_fact": 3})
    assert str(entry.title) == "gone.verb"
    assert entry.facts_list() == [("some fact", "3")]
