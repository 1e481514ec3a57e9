"""Partners, recipients and the record of processing on the desk."""

from apps.partners.admin.partners import PartnerAdmin
from apps.partners.admin.processing import ProcessingAdmin
from apps.partners.admin.recipients import RecipientAdmin

__all__ = ["PartnerAdmin", "ProcessingAdmin", "RecipientAdmin"]
