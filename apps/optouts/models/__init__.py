"""What this app keeps: who may not be written to, who wants to be again, who is told so, and what people reply."""

from apps.optouts.models.readers import ApiToken, SaltedDigest, SaltOwner, SuppressedAddress, SuppressionChange
from apps.optouts.models.replies import InboundMessage
from apps.optouts.models.suppressions import (
    Coverage,
    JournalMark,
    OptOutEvent,
    OptOutNote,
    Resubscription,
    Scope,
    Suppression,
    SuppressionQuerySet,
    covering_purposes,
)  # fmt: skip

__all__ = [
    "ApiToken", "Coverage", "InboundMessage", "JournalMark", "OptOutEvent", "OptOutNote", "Resubscription", "SaltOwner",
    "SaltedDigest", "Scope", "SuppressedAddress", "Suppression", "SuppressionChange", "SuppressionQuerySet",
    "covering_purposes",
]  # fmt: skip
