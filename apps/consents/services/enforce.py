"""What must not outlast a consent goes with it."""

from apps.accounts.models import User
from apps.consents.models import ConsentEvent
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import Subject
from apps.subjects.services.destroy import destroy_records

# Purposes whose end destroys records, and the category of data that rests on them (P07).
RESTS_ON = {GEOLOCATION: GEOLOCATION}


def destroy_unpermitted(*, actor: User | None, subject: Subject, purpose: str) -> int:
    """Destroy what a locked person's consent no longer carries, in the caller's transaction; how many records.

    Whatever the event was that changed the ledger, what stays is what the consent in force now has carried all along.
    """
    if purpose not in RESTS_ON:
        return 0
    since = ConsentEvent.objects.held_since(subject, purpose)
    return destroy_records(actor=actor, subject=subject, category=RESTS_ON[purpose], before=since)
