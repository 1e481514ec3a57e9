"""Cases, what is written about them, and their clock."""

from apps.cases.models.cases import Case
from apps.cases.models.clock import Pause, Reminder
from apps.cases.models.contents import Attachment, CaseLink, Message, Note, Reading

__all__ = ["Attachment", "Case", "CaseLink", "Message", "Note", "Pause", "Reading", "Reminder"]
