"""Mail that was taken in as files."""

from django.utils.translation import gettext_lazy as _

from apps.core.exporting import Column, ListResource
from apps.support.choices import MailFailure, MailOutcome, MailReason, MailSource


class MailRunsResource(ListResource):
    """Figures alone."""

    file_name = "mail"

    begun_at = Column(_("begun"), "begun_at")
    finished_at = Column(_("finished"), "finished_at")
    source = Column(_("came by"), "source", codes=MailSource)
    actor = Column(_("by"), "actor")
    requests = Column(_("requests"), "requests")
    replies = Column(_("replies"), "replies")
    automatic = Column(_("automatic"), "automatic")
    aside = Column(_("set aside"), "aside")
    twice = Column(_("known already"), "twice")
    failure = Column(_("problem"), "failure", codes=MailFailure)


class LettersResource(ListResource):
    """Letters by the case that they belong to."""

    file_name = "letters"
    about_people = True

    taken_at = Column(_("taken in"), "taken_at")
    outcome = Column(_("became"), "outcome", codes=MailOutcome)
    reason = Column(_("reason"), "reason", codes=MailReason)
    case = Column(_("case"), "case")
    size = Column(_("bytes"), "size")
    settled_at = Column(_("settled"), "settled_at")
