"""Paging without counting: a page looks a little ahead instead of counting a table of millions."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet


class LookAheadPaginator(Paginator):  # type: ignore[type-arg]
    """Knows whether there are a few more pages after the asked one, and never how many there are in all.

    `count` is the number of rows up to the end of what it looked at: exact when the end was seen, a lower bound
    otherwise (`more` is then true). The query that looks ahead reads primary keys only and is bounded by its limit.
    """

    LOOK_AHEAD_PAGES = 4

    def __init__(self, object_list: Any, per_page: int, page: int = 1, **kwargs: Any) -> None:
        super().__init__(object_list, per_page, **kwargs)
        self.asked = max(page, 1)

    @cached_property
    def count(self) -> int:
        """Rows up to the end of the look-ahead."""
        start = (self.asked - 1) * self.per_page
        seen = self._rows_from(start)
        if seen == 0 and start:  # a page past the end: look from the beginning, as for the first page
            self.asked, start = 1, 0
            seen = self._rows_from(0)
        return start + seen

    def _rows_from(self, start: int) -> int:
        limit = self.per_page * (1 + self.LOOK_AHEAD_PAGES) + 1
        rows = self.object_list
        return len((rows.values_list("pk") if isinstance(rows, QuerySet) else rows)[start : start + limit])

    @property
    def more(self) -> bool:
        """Whether there are rows after those that `count` counts."""
        return self.count - (self.asked - 1) * self.per_page > self.per_page * (1 + self.LOOK_AHEAD_PAGES)
