"""A request, and people who work on it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.choices import Role
from apps.cases.models import Case
from tests import factories

BISHKEK = ZoneInfo("Asia/Bishkek")


def at(text: str) -> datetime:
    """A moment where the operator works."""
    return datetime.fromisoformat(text).replace(tzinfo=BISHKEK)


@pytest.fixture
def lead(db):
    return factories.make_user(Role.LEAD)


@pytest.fixture
def case(db) -> Case:
    """A request of a known person, just taken in, which a message answers."""
    person = factories.IdentifierFactory().subject
    return Case.objects.get(pk=factories.RequestFactory(subject=person, topic="erasure").pk)
