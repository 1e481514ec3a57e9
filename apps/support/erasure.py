"""What requests hold about a person beside their case: how they can be reached, and who spoke for them."""

from collections.abc import Iterator
from typing import cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.cases.models import Case
from apps.core.erasers import Eraser, Holding, Item, Value
from apps.subjects.models import Identifier
from apps.support.models import SupportRequest


class SupportEraser(Eraser):
    """Contacts and names go; the request stays as its case does, a number with dates.

    Found by the case's person, and by the digest of a contact that is the person's: of a request that nobody tied to
    them too.
    """

    models = (SupportRequest,)

    def _held(self, subject_id: int) -> QuerySet[SupportRequest]:
        digests = list(Identifier.objects.filter(subject_id=subject_id).values_list("digest", flat=True))
        theirs = Q(subject_id=subject_id) | Q(contact_digest__in=digests)
        filled = Q(contact__isnull=False) | Q(speaker_name__isnull=False)
        return cast("QuerySet[SupportRequest]", SupportRequest.objects.filter(theirs).filter(filled))

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Requests that say how the person is reached, or who spoke."""
        yield Holding(SupportRequest._meta.label, self._held(subject_id).count())

    def export(self, subject_id: int) -> Iterator[Item]:
        """Each contact and name."""
        for request in self._held(subject_id).order_by("received_at", "pk").iterator():
            yield Item.of(
                SupportRequest, "support", request.title,
                Value("reference", _("reference"), request.reference),
                Value("speaker", _("who speaks"), request.get_speaker_display(), request.speaker),
                Value.told("contact", _("contact"), request.contact),
                Value.told("speaker_name", _("name of who speaks"), request.speaker_name, free=True),
            )  # fmt: skip

    def erase(self, subject_id: int) -> None:
        """Empty them. A request that nobody tied to the person is theirs by its contact: what was written in it goes
        with the rest of their cases, whose eraser comes after this one.
        """
        keys = list(self._held(subject_id).values_list("pk", flat=True))
        Case.objects.filter(pk__in=keys, subject__isnull=True).update(subject=subject_id)
        empty = {"contact": None, "contact_digest": None, "contact_kind": "", "speaker_name": None}
        SupportRequest.objects.filter(pk__in=keys).update(**empty)
