"""Which editions made it worth asking people again."""

from dataclasses import dataclass
from datetime import datetime

from apps.core import clock
from apps.policies.models import PolicyEdition

_TEXTS = ("text_ky", "text_ru", "text_en", "references")


@dataclass(frozen=True)
class Widening:
    """A purpose that an edition widened, and the edition: of its document the last one to do so."""

    edition: PolicyEdition
    purpose: str

    def heeding(self) -> list[int]:
        """Keys of the editions under which a consent heeds it: this one, and those that took its place."""
        return list(self.edition.with_later().values_list("pk", flat=True))

    def earlier(self) -> list[int]:
        """Keys of the editions of its document under which a consent does not."""
        others = self.edition.siblings().exclude(pk__in=self.heeding())
        return list(others.values_list("pk", flat=True))


def widenings(at: datetime | None = None) -> list[Widening]:
    """What had been widened by a moment (now), the latest edition first. What is widened anew is asked for once."""
    published = PolicyEdition.objects.published().filter(published_at__lte=at or clock.now()).exclude(widens=[])
    found: dict[tuple[str, str], Widening] = {}
    for edition in published.select_related("document").defer(*_TEXTS):
        for purpose in edition.widens:
            found.setdefault((edition.document_id, purpose), Widening(edition, purpose))
    return list(found.values())


def widening_or_none(edition_id: int, purpose: str) -> Widening | None:
    """The one of this edition and purpose, where people are still to be asked because of it."""
    asked = (found for found in widenings() if found.edition.pk == edition_id and found.purpose == purpose)
    return next(asked, None)
