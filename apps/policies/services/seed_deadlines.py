"""Giving an installation the deadlines that it begins with."""

from django.db import transaction

from apps.policies.deadlines import DELIVERED
from apps.policies.models import DeadlineRule


@transaction.atomic
def seed_deadlines() -> None:
    """Add delivered versions that are not there; what somebody changed on the desk stays as they left it."""
    for rule in DELIVERED:
        values = {
            "length": rule.length, "counting": rule.counting, "legal_ref": rule.legal_ref, "status": rule.status,
        }  # fmt: skip
        DeadlineRule.objects.get_or_create(code=rule.code, valid_from=rule.valid_from, defaults=values)
