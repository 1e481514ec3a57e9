"""What this app holds about a person: every act of theirs, shown to them and destroyed with them."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.consents.models import APPEND_ONLY, ConsentEvent, ConsentNote, ConsentState
from apps.core.erasers import Eraser, Holding


class ConsentEraser(Eraser):
    """Events, what was said with them, what follows from them; none has a reason to stay without the person."""

    models = (ConsentNote, ConsentState, ConsentEvent)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Rows of the person."""
        yield Holding(ConsentNote._meta.label, ConsentNote.objects.filter(event__subject_id=subject_id).count())
        yield Holding(ConsentState._meta.label, ConsentState.objects.filter(subject_id=subject_id).count())
        yield Holding(ConsentEvent._meta.label, ConsentEvent.objects.filter(subject_id=subject_id).count())

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Every event with what was said and seen, by the titles that the desk shows. States follow from them."""
        events = ConsentEvent.objects.filter(subject_id=subject_id).order_by("occurred_at", "recorded_at", "pk")
        for event in events.select_related("note", "wording", "edition__document").iterator():
            yield {"title": event.purpose_title, "values": dict(_values(event))}

    def erase(self, subject_id: int) -> None:
        """Delete them: the one deletion that the trigger lets through."""
        ConsentState.objects.filter(subject_id=subject_id).delete()
        ConsentNote.objects.filter(event__subject_id=subject_id).delete()
        with pgtrigger.ignore(APPEND_ONLY):
            ConsentEvent.objects.filter(subject_id=subject_id).delete()


def _values(event: ConsentEvent) -> Iterator[tuple[str, str]]:
    yield _("state"), event.get_state_display()
    yield _("channel"), event.get_channel_display()
    yield _("said at"), date_format(localtime(event.occurred_at), "SHORT_DATETIME_FORMAT")
    yield _("came by"), event.get_medium_display()
    if event.expires_at:
        yield _("valid until"), date_format(localtime(event.expires_at), "SHORT_DATETIME_FORMAT")
    if event.edition:
        yield _("edition seen"), f"{event.edition.document} · {event.edition.number}"
    if event.wording:
        yield _("wording seen"), event.wording.text
    if not event.counts:
        yield _("recorded wrongly"), _("yes")
    if hasattr(event, "note"):
        yield _("in their words"), event.note.text
