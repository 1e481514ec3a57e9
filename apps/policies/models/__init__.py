"""What the policy speaks of."""

from apps.policies.models.terms import DataCategory, Purpose, Titled

__all__ = ["DataCategory", "Purpose", "Titled"]
