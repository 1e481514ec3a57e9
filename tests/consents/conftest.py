"""What the tests of consents share."""

from collections.abc import Callable
from datetime import datetime

import pytest

from apps.accounts.models import User
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.subjects.models import Subject
from tests.factories import IdentifierFactory


@pytest.fixture
def person(db: None) -> Subject:
    return IdentifierFactory().subject


@pytest.fixture
def say(agent: User) -> Callable[..., ConsentEvent]:
    """Record what somebody says of exact geolocation, by phone."""

    def say(subject: Subject, state: str, at: datetime | None = None, purpose: str = "geolocation") -> ConsentEvent:
        said = {"purpose": purpose, "state": state, "medium": "phone", "occurred_at": at}
        return record_consent(actor=agent, subject=subject, **said)

    return say
