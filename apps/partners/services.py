"""Keeping the list of partners."""

from django.conf import settings

from apps.partners.models import Partner


def ensure_operator() -> Partner:
    """The operator's own row: it is an origin of data and a sender of messages like any partner."""
    operator, _created = Partner.objects.get_or_create(
        code=Partner.OPERATOR, defaults={"name": settings.OPERATOR_NAME, "language": "ky"}
    )
    return operator
