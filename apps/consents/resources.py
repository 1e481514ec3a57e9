"""The list of consent events as a file."""

from django.utils.translation import gettext_lazy as _

from apps.consents.choices import Medium, State
from apps.core.exporting import Column, ListResource


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
