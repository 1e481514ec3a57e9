"""The audit as a file."""

from django.utils.translation import gettext_lazy as _

from apps.audit.models import Entry
from apps.core.exporting import Column, ListResource


def _facts(entry: Entry) -> str:
    return "; ".join(f"{name}: {value}" for name, value in entry.facts_list())


def _who(entry: Entry) -> str:
    return str(entry.actor or _("automatic or public"))


class AuditResource(ListResource):
    """Entries with the number that their seals know them by, their codes, and what the screen shows."""

    file_name = "audit"

    number = Column(_("number"), "pk")
    at = Column(_("time"), "at")
    who = Column(_("who"), show=_who)
    title = Column(_("action"), "title")
    code = Column(_("code of the action"), "action")
    target_type = Column(_("kind of object"), "target_type")
    target_id = Column(_("object"), "target_id")
    facts = Column(_("facts"), show=_facts)
