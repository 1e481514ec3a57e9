"""What is recorded of many refusals: an entry each, in no more statements than for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import identifiers
from apps.optouts.choices import Medium
from apps.optouts.models import Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact

pytestmark = pytest.mark.django_db


def refusals(first: int, count: int) -> list[Fact]:
    numbers = [f"+996555{n:06d}" for n in range(first, first + count)]
    digests = [identifiers.digest("phone", number) for number in numbers]
    return [Fact(kind="phone", digest=digest, channel="sms", medium=Medium.LINK) for digest in digests]


def statements(facts: list[Fact]) -> int:
    with CaptureQueriesContext(connection) as asked:
        apply_facts(actor=None, facts=facts)
    return len(asked)


def test_many_refusals_are_recorded_one_by_one_in_one_statement():
    one = statements(refusals(0, 1))
    assert statements(refusals(1, 300)) == one
    recorded = Entry.objects.filter(action="optouts.accept").values_list("target_id", flat=True)
    assert len(recorded) == 301
    assert set(recorded) == set(Suppression.objects.values_list("pk", flat=True))
