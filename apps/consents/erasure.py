"""What this app holds about a person: every act of theirs, shown to them and destroyed with them."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.consents.models import APPEND_ONLY, ConsentEvent
from apps.core.erasers import Eraser, Holding


class ConsentEraser(Eraser):
    """Events; none has a reason to stay without the person."""

    models = (ConsentEvent,)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Events of the person."""
        yield Holding(ConsentEvent._meta.label, ConsentEvent.objects.filter(subject_id=subject_id).count())

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Every event, by the titles that the desk shows."""
        events = ConsentEvent.objects.filter(subject_id=subject_id).order_by("occurred_at", "recorded_at")
        for event in events.iterator():
            said = date_format(localtime(event.occurred_at), "SHORT_DATETIME_FORMAT")
            values = {_("state"): event.get_state_display(), _("said at"): said}
            yield {"title": event.purpose_title, "values": values | {_("came by"): event.get_medium_display()}}

    def erase(self, subject_id: int) -> None:
        """Delete them: the one deletion that the trigger lets through."""
        with pgtrigger.ignore(APPEND_ONLY):
            ConsentEvent.objects.filter(subject_id=subject_id).delete()
