"""Filters of the list of consents: on indexed columns only."""

from apps.core.filters import LatelyFilter


class RecordedLately(LatelyFilter):
    column = "recorded_at"
