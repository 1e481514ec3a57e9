"""Paging without counting: a page looks a little ahead instead of counting a table of millions."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet


class LookAheadPaginator(Paginator):  # type: ignore[type-arg]
    """Knows whether there are a few more pages after the asked one, and never how many there are in all.

    `count` is the number of rows up to the end of what it looked at: exact when the end was seen, a lower bound
    otherwise (`more` is then true). The query that looks ahead reads primary keys only and is bounded by its limit.
    Nobody finds anything by leafing: pages behind DEEPEST rows don't exist, for the database would walk all the way.
    """

    LOOK_AHEAD_PAGES = 4
    DEEPEST = 100_000

    template_name = "core/pagination.html"

    def __init__(self, object_list: Any, per_page: int, page: int = 1, **kwargs: Any) -> None:
        super().__init__(object_list, per_page, **kwargs)
        self.asked = max(page, 1)

    @cached_property
    def _seen(self) -> tuple[int, bool]:
        """Rows up to the end of the look-ahead, and whether there are more."""
        start = (self.asked - 1) * self.per_page
        seen, more = self._look_from(start)
        if seen or not start:
            return start + seen, more
        return self._look_from(0)  # a page past the end: as for the first page, so that Django finds it too high

    def _look_from(self, start: int) -> tuple[int, bool]:
        limit = min(self.per_page * (1 + self.LOOK_AHEAD_PAGES), self.DEEPEST - start)
        if limit <= 0:
            return 0, False
        rows = self.object_list
        keys = rows.values_list("pk") if isinstance(rows, QuerySet) else rows
        seen = len(keys[start : start + limit + 1])
        return min(seen, limit), seen > limit

    @cached_property
    def count(self) -> int:
        """Rows up to the end of the look-ahead."""
        return self._seen[0]

    @property
    def more(self) -> bool:
        """Whether there are rows after those that `count` counts."""
        return self._seen[1]
