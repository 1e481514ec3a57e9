"""When two people become one, the survivor's consents are those of both."""

import pgtrigger

from apps.accounts.models import User
from apps.audit.services import record
from apps.consents import actions
from apps.consents.models import APPEND_ONLY, ConsentEvent, ConsentState
from apps.consents.services.enforce import RESTS_ON, destroy_unpermitted
from apps.consents.services.refresh import people_among, refresh_states
from apps.subjects.models import Subject


def follow(*, actor: User, survivor: Subject, absorbed: Subject) -> None:
    """Move the absorbed person's events, in the transaction of the merge.

    Each takes its place in time: what one of the two ended is ended for both, and what rested on it goes.
    """
    ConsentState.objects.filter(subject=absorbed).delete()
    with pgtrigger.ignore(APPEND_ONLY):
        events = ConsentEvent.objects.filter(subject=absorbed).update(subject=survivor)
    if events:
        record(actor, actions.FOLLOWED, survivor, events=events, person=absorbed.reference)
        refresh_states(people_among([survivor.pk]))
    for purpose in RESTS_ON:
        destroy_unpermitted(actor=actor, subject=survivor, purpose=purpose)
