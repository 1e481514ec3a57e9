"""What rested on a consent that has expired goes, as if it had been withdrawn at that moment."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.consents.choices import State
from apps.consents.models import ConsentState
from apps.consents.services.enforce import RESTS_ON, destroy_unpermitted_of_many
from apps.consents.services.refresh import people_among
from apps.core import clock
from apps.subjects.models import PersonalRecord
from apps.subjects.services.locking import hold

PEOPLE_AT_ONCE = 1000


def destroy_expired() -> int:
    """Destroy records whose permission is over; how many. A transaction for every thousand people."""
    return sum(_destroy(purpose, category) for purpose, category in RESTS_ON.items())


def _destroy(purpose: str, category: str) -> int:
    held = PersonalRecord.objects.filter(
        subject=OuterRef("subject"), category=category, observed_at__lt=OuterRef("expires_at")
    )  # fmt: skip
    over = ConsentState.objects.filter(Exists(held), purpose=purpose, state=State.GIVEN, expires_at__lte=clock.now())
    destroyed = 0
    while people := list(over.order_by().values_list("subject_id", flat=True)[:PEOPLE_AT_ONCE]):
        gone = _destroy_of(people, purpose)
        destroyed += gone
        if not gone:  # given again meanwhile
            break
    return destroyed


@transaction.atomic
def _destroy_of(people: list[int], purpose: str) -> int:
    hold(people)
    return destroy_unpermitted_of_many(actor=None, people=people_among(people), purpose=purpose)
