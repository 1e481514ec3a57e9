"""What the policy speaks of."""

from apps.policies.models.editions import PolicyDocument, PolicyEdition
from apps.policies.models.terms import DataCategory, Purpose, Titled

__all__ = ["DataCategory", "PolicyDocument", "PolicyEdition", "Purpose", "Titled"]
