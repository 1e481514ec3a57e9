"""The inbox as a file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.cases.choices import CameBy, Occasion, Priority
from apps.core.exporting import Column, ListResource


class CasesResource(ListResource):
    """Cases by their references; the person by theirs."""

    file_name = "cases"
    about_people = True

    reference = Column(_("reference"), "reference")
    about = Column(_("about"), "title")
    status = Column(_("status"), "status_title")
    person = Column(_("person"), "person")
    came_by = Column(_("came by"), "came_by", codes=CameBy)
    received_at = Column(_("received"), "received_at")
    due_at = Column(_("due"), "due_at")
    overdue = Column(_("overdue"), "is_overdue")
    closed_at = Column(_("closed"), "closed_at")
    assignee = Column(_("assigned to"), "assignee")
    priority = Column(_("priority"), "priority", codes=Priority)


class ReplyTemplatesResource(ListResource):
    """Reply templates, the versions in force."""

    file_name = "reply-templates"

    occasion = Column(_("occasion"), "occasion", codes=Occasion)
    name = Column(pgettext_lazy("of a thing", "name"), "title")
    about = Column(_("for"), "about")
    language = Column(_("language"), "language")
    heading = Column(_("subject"), "heading")
    text = Column(_("text"), "text")
    version = Column(_("version"), "version")
    changed_at = Column(_("changed"), "changed_at")
