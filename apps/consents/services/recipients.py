"""Who has to be told when a person takes back that their data may be transferred (P14): the one list of it."""

from django.db.models import QuerySet

from apps.consents.choices import State
from apps.partners.models import Partner
from apps.subjects.models import Identifier, PersonalRecord

# The purpose whose end concerns others than us.
TRANSFER = "transfer"
ENDS_TRANSFER = (State.REFUSED, State.WITHDRAWN, State.REVOKED, State.INVALIDATED)


def recipients_of(subject_id: int) -> QuerySet[Partner]:
    """Partners between whom and us data of this person went: whose records or cards are held."""
    by_records = PersonalRecord.objects.filter(subject_id=subject_id).order_by().values("partner_id").distinct()
    by_cards = Identifier.objects.filter(subject_id=subject_id, partner__isnull=False).values("partner_id")
    return (Partner.objects.filter(pk__in=by_records) | Partner.objects.filter(pk__in=by_cards)).order_by("name")
