"""The one place that knows what time it is; services take it from here so that tests can freeze it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _standing.get() or timezone.now()


def today() -> date:
    """The present date where the operator works (settings.TIME_ZONE)."""
    return timezone.localdate(now())


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock of this thread stand at an aware moment: for made-up histories, and for tests."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
