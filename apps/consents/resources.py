"""Lists of consents as files: every act; how they stand, for whoever asks people again; figures of each day."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import Measure, Medium, State
from apps.consents.forms import edition_title
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.exporting import Column, ListResource, PersonalColumn
from apps.subjects.models import Identifier
from apps.subjects.presenting import show_identifier


class ConsentEventsResource(ListResource):
    """Every act, by the person's reference."""

    file_name = "consent-events"
    about_people = True

    person = Column(_("person"), show=lambda event: f"P-{event.subject_id}")
    purpose = Column(_("what for"), "purpose_title")
    channel = Column(_("channel"), "get_channel_display")
    state = Column(_("state"), "state", codes=State)
    medium = Column(_("came by"), "medium", codes=Medium)
    partner = Column(_("reported by"), "partner")
    actor = Column(_("taken by"), "actor")
    occurred_at = Column(_("said at"), "occurred_at")
    expires_at = Column(_("valid until"), "expires_at")
    recorded_at = Column(_("recorded"), "recorded_at")


def _reached_by(kind: IdentifierKind) -> PersonalColumn:
    """Every address of a kind, the first known first; of blocked people masked in any case."""

    def show(state: Any, *, revealed: bool) -> str:
        may = revealed and not state.subject.restricted
        return ", ".join(show_identifier(row, revealed=may) for row in state.held[kind])

    return PersonalColumn(kind.label, show=show)


def _edition(row: Any) -> str:
    return edition_title(row.edition) if row.edition else ""


class ConsentStatesResource(ListResource):
    """A row for each person, purpose and channel, with what reaches the person: a campaign's list."""

    file_name = "consents"

    person = Column(_("person"), show=lambda state: f"P-{state.subject_id}")
    phone = _reached_by(IdentifierKind.PHONE)
    email = _reached_by(IdentifierKind.EMAIL)
    language = Column(_("language"), show=lambda state: state.subject.language)
    purpose = Column(_("what for"), "purpose_title")
    channel = Column(_("channel"), "get_channel_display")
    state = Column(_("state"), show=lambda state: state.state_at(clock.now()).label)
    since = Column(_("since"), "since")
    expires_at = Column(_("valid until"), "expires_at")
    edition = Column(_("edition seen"), show=_edition)

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        """With the person and the edition."""
        return super().filter_export(queryset, **kwargs).select_related("subject", "edition__document")

    def complete(self, rows: Sequence[Any]) -> None:
        """Give each row `held`, the person's identifiers by kind."""
        held: dict[int, dict[str, list[Identifier]]] = defaultdict(lambda: defaultdict(list))
        for identifier in Identifier.objects.filter(subject__in={row.subject_id for row in rows}).order_by("pk"):
            held[identifier.subject_id][identifier.kind].append(identifier)
        for row in rows:
            row.held = held[row.subject_id]


class ConsentFiguresResource(ListResource):
    """Figures of consents, day by day."""

    file_name = "consent-figures"

    day = Column(_("day"), "day")
    measure = Column(_("what is counted"), "measure", codes=Measure)
    purpose = Column(_("what for"), "purpose_title")
    channel = Column(_("channel"), "get_channel_display")
    medium = Column(_("came by"), "medium", codes=Medium)
    edition = Column(_("edition"), show=_edition)
    number = Column(_("how many"), "number")
    counted_at = Column(_("counted at"), "counted_at")
