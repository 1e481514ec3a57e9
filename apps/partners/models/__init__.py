"""Partners, recipients, and the record of processing."""

from apps.partners.models.partners import RESERVED_CODES, Partner
from apps.partners.models.processing import Processing, Retention
from apps.partners.models.recipients import Recipient

__all__ = ["RESERVED_CODES", "Partner", "Processing", "Recipient", "Retention"]
