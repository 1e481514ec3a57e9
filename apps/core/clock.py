"""The one place that knows what time it is; services take it from here so that tests can freeze it."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The present date where the operator works (settings.TIME_ZONE)."""
    return timezone.localdate()
