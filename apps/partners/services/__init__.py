"""The only writers of partners, recipients and the record of processing."""

from apps.partners.services.ensure_register import ensure_register
from apps.partners.services.keep_partners import add_partner, change_partner, ensure_operator

__all__ = ["add_partner", "change_partner", "ensure_operator", "ensure_register"]
