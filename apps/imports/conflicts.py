"""Rows that wait for an officer, as a model of their own: the same table, with its own list, page and reads."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.imports.choices import CONFLICT_REASONS, Status, Verdict
from apps.imports.models import StagedRow


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def undecided(self) -> Self:
        """Rows of merged files that wait for an officer: the newest file's first, in its order."""
        return self.filter(verdict=Verdict.CONFLICT, batch__status=Status.DONE).order_by("-batch_id", "number")

    def decidable(self) -> Self:
        """Those, and the ones that were left out, which may be taken up again."""
        reopened = Q(verdict=Verdict.REFUSED, reason__in=CONFLICT_REASONS)
        return self.filter(Q(verdict=Verdict.CONFLICT) | reopened, batch__status=Status.DONE)

    def next_after(self, batch_id: int, number: int) -> "Conflict | None":
        """The next undecided one of the same file, from its beginning again behind its end."""
        same = self.undecided().filter(batch=batch_id)
        return same.filter(number__gt=number).first() or same.first()


class Conflict(StagedRow):
    """A row of a merged file that contradicts what is known, until an officer decides about it."""

    objects = ConflictQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        verbose_name = _("conflict")
        verbose_name_plural = _("conflicts")
        default_permissions = ()

    @property
    def reference(self) -> str:
        """What staff call the row: `F-17:204`, by the line of its file."""
        return f"F-{self.batch_id}:{self.line}"

    @property
    def left_out(self) -> bool:
        """Whether somebody decided that it stays out."""
        return self.verdict == Verdict.REFUSED and self.reason in CONFLICT_REASONS
