"""The registers and the policy's editions on the desk."""

from apps.policies.admin.deadlines import CalendarDayAdmin, DeadlineRuleAdmin
from apps.policies.admin.editions import PolicyDocumentAdmin, PolicyEditionAdmin
from apps.policies.admin.terms import DataCategoryAdmin, PurposeAdmin

__all__ = [
    "CalendarDayAdmin", "DataCategoryAdmin", "DeadlineRuleAdmin", "PolicyDocumentAdmin", "PolicyEditionAdmin",
    "PurposeAdmin",
]  # fmt: skip
