"""Requests, the mail that they came by, and what was done for them."""

from apps.support.models.mail import MailRun, TakenMail
from apps.support.models.requests import ANSWERED, LIVE, AccessLink, AccessPackage, Redaction, SupportRequest
from apps.support.models.rights import Blocking, Rectification, Telling

__all__ = [
    "ANSWERED", "LIVE", "AccessLink", "AccessPackage", "Blocking", "MailRun", "Rectification", "Redaction",
    "SupportRequest", "TakenMail", "Telling",
]  # fmt: skip
