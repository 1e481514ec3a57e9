"""What this app holds about a person: every act of theirs, shown to them and destroyed with them."""

from collections.abc import Iterator

import pgtrigger
from django.utils.translation import gettext as _

from apps.consents.models import APPEND_ONLY, ConsentEvent, ConsentNote, ConsentState
from apps.core.erasers import CHOICES, Eraser, Holding, Item, Value

ROWS_AT_ONCE = 500


class ConsentEraser(Eraser):
    """Events, what was said with them, what follows from them; none has a reason to stay without the person."""

    models = (ConsentNote, ConsentState, ConsentEvent)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Rows of the person."""
        yield Holding(ConsentNote._meta.label, ConsentNote.objects.filter(event__subject_id=subject_id).count())
        yield Holding(ConsentState._meta.label, ConsentState.objects.filter(subject_id=subject_id).count())
        yield Holding(ConsentEvent._meta.label, ConsentEvent.objects.filter(subject_id=subject_id).count())

    def export(self, subject_id: int) -> Iterator[Item]:
        """Every event with what was said and seen, by the titles that the desk shows, and what holds by them now."""
        events = ConsentEvent.objects.filter(subject_id=subject_id).order_by("occurred_at", "recorded_at", "pk")
        rows = events.select_related("note", "wording", "edition__document")
        for event in rows.iterator(chunk_size=ROWS_AT_ONCE):
            yield _event(event)
        for state in ConsentState.objects.filter(subject_id=subject_id).order_by("since", "pk"):
            yield Item.of(
                ConsentState, CHOICES, _("What holds now"),
                Value("purpose", _("what for"), state.purpose_title, state.purpose),
                Value("state", _("state"), state.get_state_display(), state.state),
                Value("channel", _("channel"), state.get_channel_display(), state.channel),
                Value.moment("since", _("since"), state.since),
                Value.moment("valid_until", _("valid until"), state.expires_at),
            )  # fmt: skip

    def erase(self, subject_id: int) -> None:
        """Delete them: the one deletion that the trigger lets through."""
        ConsentState.objects.filter(subject_id=subject_id).delete()
        ConsentNote.objects.filter(event__subject_id=subject_id).delete()
        with pgtrigger.ignore(APPEND_ONLY):
            ConsentEvent.objects.filter(subject_id=subject_id).delete()


def _event(event: ConsentEvent) -> Item:
    edition = f"{event.edition.document} · {event.edition.number}" if event.edition else ""
    note = event.note.text if hasattr(event, "note") else ""
    return Item.of(
        ConsentEvent, CHOICES, event.purpose_title,
        Value("state", _("state"), event.get_state_display(), event.state),
        Value("channel", _("channel"), event.get_channel_display(), event.channel),
        Value.moment("said_at", _("said at"), event.occurred_at),
        Value("came_by", _("came by"), event.get_medium_display(), event.medium),
        Value.moment("valid_until", _("valid until"), event.expires_at),
        Value.told("edition", _("edition seen"), edition),
        Value.told("wording", _("wording seen"), event.wording.text if event.wording else ""),
        Value.told("wrong", _("recorded wrongly"), "" if event.counts else _("yes"), native=True),
        Value.told("words", _("in their words"), note, free=True),
        also=ConsentNote if note else None,
    )  # fmt: skip
