"""What this app holds about a person. Opt-outs stay: without them the erased person would be written to again."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.core.erasers import Eraser, Holding
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier

KEEP = "opt-out outlives erasure"


class OptOutEraser(Eraser):
    """Notes go; events and suppressions, which hold digests only, stay."""

    models = (OptOutNote, Suppression, OptOutEvent)

    def _digests(self, subject_id: int) -> list[bytes]:
        held = Identifier.objects.filter(subject_id=subject_id)
        return [bytes(digest) for digest in held.values_list("digest", flat=True)]

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Notes, and what is kept of the opt-outs."""
        digests = self._digests(subject_id)
        yield Holding(OptOutNote._meta.label, OptOutNote.objects.filter(event__digest__in=digests).count())
        yield Holding(Suppression._meta.label, Suppression.objects.of(digests).count(), KEEP)
        yield Holding(OptOutEvent._meta.label, OptOutEvent.objects.filter(digest__in=digests).count(), KEEP)

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Every opt-out event of the person's addresses, by the titles that the desk shows."""
        events = OptOutEvent.objects.filter(digest__in=self._digests(subject_id)).select_related("note")
        events = events.order_by("occurred_at")
        for event in events.iterator():
            said = date_format(localtime(event.occurred_at), "SHORT_DATETIME_FORMAT")
            scope = {_("channel"): event.get_channel_display(), _("what for"): purpose_title(event.purpose)}
            sender = {_("from whom"): sender_title(event.sender), _("said at"): said}
            words = {_("in their words"): event.note.text} if hasattr(event, "note") else {}
            yield {"title": event.get_reason_display(), "values": scope | sender | words}

    def erase(self, subject_id: int) -> None:
        """Delete the notes."""
        OptOutNote.objects.filter(event__digest__in=self._digests(subject_id)).delete()
