"""Bringing what follows from the ledger in step with it, for one person whose row is held."""

from collections.abc import Sequence

from apps.accounts.models import User
from apps.consents.services.enforce import destroy_unpermitted
from apps.consents.services.refresh import people_among, refresh_states, sweep_states
from apps.subjects.models import Subject


def settle(*, actor: User | None, subject: Subject, purposes: Sequence[str]) -> None:
    """States of the person, and what may not outlast a consent, whatever was added or corrected."""
    people = people_among([subject.pk])
    refresh_states(people, purposes)
    sweep_states(people)
    for purpose in purposes:
        destroy_unpermitted(actor=actor, subject=subject, purpose=purpose)
