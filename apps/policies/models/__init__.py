"""What the policy speaks of."""

from apps.policies.models.deadlines import CalendarDay, DeadlineRule
from apps.policies.models.editions import PolicyDocument, PolicyEdition
from apps.policies.models.terms import DataCategory, Purpose, Titled

__all__ = ["CalendarDay", "DataCategory", "DeadlineRule", "PolicyDocument", "PolicyEdition", "Purpose", "Titled"]
