"""Two people at one thing: one does it, the other is told; nobody waits for the other for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.core.errors import NotPossible
from apps.subjects.models import Subject
from apps.subjects.services.merge import merge
from apps.subjects.services.register import NewIdentifier, register
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory, SubjectFactory, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts):
    """Run acts at once, each in a connection of its own; what came of each, refusals by name."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=10)
        try:
            act()
        except NotPossible:
            return "told"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.fixture
def staff():
    return make_user(Role.OFFICER), make_user(Role.LEAD)


def test_two_who_merge_the_same_two_the_opposite_way_round(staff):
    one, two = (IdentifierFactory().subject for _ in range(2))
    outcome = together(
        lambda: merge(actor=staff[0], survivor=one, absorbed=two, reason="same-person"),
        lambda: merge(actor=staff[1], survivor=two, absorbed=one, reason="same-person"),
    )
    assert outcome == ["done", "told"]
    assert Subject.objects.filter(merged_into=None).count() == 1
    assert Entry.objects.filter(action="subjects.merge").count() == 1


def test_two_who_block_the_same_person(staff):
    subject = SubjectFactory()
    acts = [lambda user=user: restrict(actor=user, subject=subject, reason="request") for user in staff]
    assert together(*acts) == ["done", "told"]
    assert Entry.objects.filter(action="subjects.restrict").count() == 1


def test_two_who_register_the_same_number(staff):
    acts = [lambda user=user: register(actor=user, given=[NewIdentifier("phone", "0555123401")]) for user in staff]
    assert together(*acts) == ["done", "told"]
    assert Subject.objects.count() == 1
