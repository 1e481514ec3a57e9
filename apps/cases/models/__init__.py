"""Cases, what is written about them, who asks, and their clock."""

from apps.cases.models.cases import Case
from apps.cases.models.clock import Pause, Reminder
from apps.cases.models.contents import Attachment, CaseLink, Message, Note, Reading
from apps.cases.models.figures import Tally
from apps.cases.models.inbox import SavedFilter
from apps.cases.models.refusals import Refusal
from apps.cases.models.replies import ReplyTemplate
from apps.cases.models.verification import Verification

__all__ = [
    "Attachment", "Case", "CaseLink", "Message", "Note", "Pause", "Reading", "Refusal", "Reminder", "ReplyTemplate",
    "SavedFilter", "Tally", "Verification",
]  # fmt: skip
