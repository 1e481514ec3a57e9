"""What the tests of consents share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.policies.models import PolicyEdition
from apps.subjects.models import Subject
from tests.factories import IdentifierFactory, make_user, published_edition


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


@pytest.fixture
def lead(db: None) -> User:
    return make_user(Role.LEAD)


@pytest.fixture
def first(db: None) -> PolicyEdition:
    """What people had been told for a year when something was widened."""
    return published_edition(clock.now() - timedelta(days=400))


@pytest.fixture
def wider(first: PolicyEdition) -> PolicyEdition:
    """Published ten days ago; it widens advertising and the use of exact geolocation."""
    return published_edition(
        clock.now() - timedelta(days=10), number=2, widens=["advertising", "geolocation"]
    )  # fmt: skip


@pytest.fixture
def agree(agent: User) -> Callable[..., ConsentEvent]:
    """Record that somebody new, or a person, agrees (or says something else) so many days ago."""

    def agree(days: float, edition: PolicyEdition | None = None, **said: Any) -> ConsentEvent:
        moment = clock.now() - timedelta(days=days)
        about = {"subject": said.pop("subject", None) or IdentifierFactory().subject, "purpose": "advertising",
                 "state": "given", "medium": "phone", "occurred_at": moment, "edition": edition}  # fmt: skip
        return record_consent(actor=agent, **about | said)

    return agree
