"""Keeping the rows of categories and purposes equal to the registry."""

from dataclasses import asdict

from django.db import transaction

from apps.policies.models import DataCategory, Purpose
from apps.policies.registry import CATEGORIES, PURPOSES, Titles


def _titles(titles: Titles) -> dict[str, str]:
    return {f"title_{language}": title for language, title in asdict(titles).items()}


@transaction.atomic
def sync_registry() -> None:
    """Make rows of the registry; what it no longer names is marked as retired, for old records refer to it."""
    for position, category in enumerate(CATEGORIES):
        values = {
            **_titles(category.titles),
            "dpv": category.dpv,
            "anonymous": category.anonymous,
            "position": position,
            "retired": False,
        }
        DataCategory.objects.update_or_create(code=category.code, defaults=values)
    for position, purpose in enumerate(PURPOSES):
        values = {
            **_titles(purpose.titles),
            "number": purpose.number,
            "dpv": purpose.dpv,
            "legal_basis": purpose.legal_basis,
            "advertising": purpose.advertising,
            "parent_id": purpose.parent or None,
            "consent_asked": purpose.consent_asked,
            "consent_days": purpose.consent_days,
            "position": position,
            "retired": False,
        }
        Purpose.objects.update_or_create(code=purpose.code, defaults=values)
    DataCategory.objects.exclude(code__in=[c.code for c in CATEGORIES]).update(retired=True)
    Purpose.objects.exclude(code__in=[p.code for p in PURPOSES]).update(retired=True)
