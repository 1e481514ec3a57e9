"""Partners, recipients and the record of processing on the desk."""

from apps.partners.admin.partners import PartnerAdmin

__all__ = ["PartnerAdmin"]
