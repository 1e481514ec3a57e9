"""Who receives data for a purpose by the register, and has to be told when a person takes back that it may (P14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.consents.choices import State
from apps.partners.choices import RecipientKind
from apps.partners.models import Partner, Recipient
from apps.partners.presenting import route
from apps.subjects.models import Identifier, PersonalRecord

# The purpose whose end concerns others than us.
TRANSFER = "transfer"
ENDS_TRANSFER = (State.REFUSED, State.WITHDRAWN, State.REVOKED, State.INVALIDATED)


@dataclass(frozen=True)
class ToTell:
    """A recipient of the register with its country, and how it is told: by which route, under which contact. Of the
    partners, those between whom and us data of the person went.
    """

    title: str
    country: str
    route: str
    contact: str
    reached: bool
    partners: Sequence[str] = ()


def to_tell(subject_id: int, purpose: str = TRANSFER) -> list[ToTell]:
    """Whom to tell that a person's data may not go to them for a purpose any more, in the order of the register."""
    recipients = list(Recipient.objects.receiving_for(purpose))
    concerned = any(recipient.kind == RecipientKind.PARTNER for recipient in recipients)
    partners = list(_partners_of(subject_id)) if concerned else []
    return [
        ToTell(
            recipient.title, recipient.country_title, route(recipient), recipient.contact, recipient.has_route,
            partners if recipient.kind == RecipientKind.PARTNER else (),
        )
        for recipient in recipients
    ]  # fmt: skip


def _partners_of(subject_id: int) -> list[str]:
    """Partners whose records or cards of this person are held; the operator itself is none."""
    by_records = PersonalRecord.objects.filter(subject_id=subject_id).order_by().values("partner_id").distinct()
    by_cards = Identifier.objects.filter(subject_id=subject_id, partner__isnull=False).values("partner_id")
    found = Partner.objects.filter(pk__in=by_records) | Partner.objects.filter(pk__in=by_cards)
    return list(found.exclude(code=Partner.OPERATOR).order_by("name").values_list("name", flat=True))
