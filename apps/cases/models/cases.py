"""A case: concrete and small. Each kind subclasses it in an app of its own."""

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Box, CameBy, Priority
from apps.cases.kinds import Workflow, kinds, state_title, topic_title
from apps.core import clock
from apps.policies.models import DeadlineRule
from apps.subjects.models import Subject

# `SR-2026-000123` as people say and type it: any case and dash, Cyrillic letters that look the same, the number alone.
_REFERENCE = re.compile(r"(?:[^\W\d_]{2}\s*[-\u2010-\u2015]?\s*)?(?:20\d\d\s*[-\u2010-\u2015]\s*)?0*(\d{1,12})")
OPEN = Q(closed_at__isnull=True)
CLOSED = Q(closed_at__isnull=False)
LATE = CLOSED & Q(due_at__lt=F("closed_at"))  # too late
IN_TIME = Q(due_at__isnull=True) | Q(due_at__gte=F("closed_at"))  # of closed ones
# Closed before it was kept how long that took.
UNCOUNTED = Q(closed_at__isnull=False, answered_in__isnull=True)


class CaseQuerySet(models.QuerySet["Case"]):
    """What is due, overdue, mine or waiting: said here, and nowhere else."""

    def open(self) -> Self:
        """Cases that nobody has closed."""
        return self.filter(OPEN)

    def overdue(self, at: datetime | None = None) -> Self:
        """Open cases whose term is over by a moment (now). While the clock stands no term ends."""
        return self.open().filter(due_at__lt=at or clock.now())

    def due_today(self, at: datetime | None = None) -> Self:
        """Open cases whose term ends today and is not over yet."""
        now = at or clock.now()
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.max))
        return self.open().filter(due_at__gte=now, due_at__lte=midnight)

    def waiting(self) -> Self:
        """Open cases whose clock stands because we wait for the person."""
        return self.open().filter(paused_at__isnull=False)

    def of(self, user_id: int) -> Self:
        """Open cases of one member of staff."""
        return self.open().filter(assignee_id=user_id)

    def taken_in_by(self, user_id: int) -> Self:
        """Open cases that one member of staff took in."""
        return self.open().filter(opened_by_id=user_id)

    def unassigned(self) -> Self:
        """Open cases of nobody."""
        return self.open().filter(assignee__isnull=True)

    def in_box(self, box: str, user_id: int) -> Self:
        """The cases of a box of the inbox, in its order; open ones where the box is none."""
        if box == Box.CLOSED:
            return self.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
        if box == Box.WAITING:
            return self.waiting().order_by("paused_at", "pk")
        boxes: dict[str, Callable[[], Self]] = {
            Box.MINE: lambda: self.of(user_id), Box.UNASSIGNED: self.unassigned,
            Box.TODAY: self.due_today, Box.OVERDUE: self.overdue,
            Box.TAKEN: lambda: self.taken_in_by(user_id),
        }  # fmt: skip
        narrowed: Self = boxes[Box(box)]() if box in boxes else self.open()
        return narrowed.by_due()

    def by_due(self) -> Self:
        """What is due first comes first; what has no date at the end."""
        return self.order_by("due_at", "pk")

    def twins_of(self, case: "Case") -> Self:
        """Open cases of the same kind and topic by the same person; who was verified first comes first."""
        same = Q(subject=case.subject_id) if case.subject_id else Q(pk__in=[])
        if case.workflow.alike is not None:
            same |= case.workflow.alike(case.own) or Q(pk__in=[])
        found = self.open().filter(same, kind=case.kind, topic=case.topic).exclude(pk=case.pk)
        return found.order_by(F("verified_at").asc(nulls_last=True), "received_at", "pk")

    def sought(self, typed: str) -> Self:
        """The case of a reference, said in whatever way; the number alone is enough, it is never given twice."""
        found = _REFERENCE.fullmatch(typed.strip())
        return self.filter(pk=int(found[1])) if found else self.none()


class Case(models.Model):
    """One matter with its clock. Its number comes from a sequence, for which nobody waits; gaps mean nothing.

    `version` counts its changes: whoever acts says which one they saw. `due_at` is None while the clock stands, and
    where no rule says when. `answered_in` is how many working days a closed case took. `verified_at` is when it became
    certain that who asks is who they say they are; `stripped_at` when the case lost what was written in it, and whom it
    was about: the figures stay.
    """

    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, editable=False)
    topic = models.CharField(_("about"), max_length=24, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=24, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    came_by = models.CharField(_("came by"), max_length=8, choices=CameBy)
    received_at = models.DateTimeField(_("received"))
    opened_at = models.DateTimeField(_("opened"), default=clock.now, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    paused_at = models.DateTimeField(_("clock stands since"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    stripped_at = models.DateTimeField(_("emptied"), null=True, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("assigned to"),
        db_index=False,
    )  # fmt: skip
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+", verbose_name=_("person"))
    rule = models.ForeignKey(
        DeadlineRule, models.PROTECT, null=True, related_name="+", verbose_name=_("deadline rule"), db_index=False
    )
    extra = models.PositiveSmallIntegerField(_("extended by"), default=0, editable=False)
    answered_in = models.PositiveSmallIntegerField(_("working days to the answer"), null=True, editable=False)
    extended_at = models.DateTimeField(_("extended"), null=True, editable=False)
    verified_at = models.DateTimeField(_("person verified"), null=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by"),
        db_index=False,
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("work_case", _("Can work on cases: take steps, write notes and messages")),
            ("note_case", _("Can write notes and add messages and files to cases")),
            ("assign_case", _("Can give cases to others and set their priority")),
            ("read_case", _("Can see the texts and files of cases")),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="case_open", condition=OPEN),
            models.Index(fields=["assignee", "due_at", "id"], name="case_open_of", condition=OPEN),
            models.Index(fields=["due_at", "id"], name="case_open_nobodys", condition=OPEN & Q(assignee__isnull=True)),
            models.Index(fields=["kind", "topic", "due_at", "id"], name="case_open_kind", condition=OPEN),
            models.Index(fields=["kind", "status", "due_at", "id"], name="case_open_status", condition=OPEN),
            models.Index(fields=["priority", "due_at", "id"], name="case_open_priority", condition=OPEN),
            models.Index(fields=["paused_at", "id"], name="case_waiting", condition=OPEN & Q(paused_at__isnull=False)),
            models.Index(fields=["-closed_at", "-id"], name="case_closed", condition=CLOSED),
            models.Index(fields=["kind", "topic", "-closed_at", "-id"], name="case_closed_about", condition=CLOSED),
            models.Index(fields=["-closed_at", "-id"], name="case_closed_late", condition=LATE),
            models.Index(fields=["-received_at", "-id"], name="case_by_time"),
            models.Index(fields=["opened_by", "due_at", "id"], name="case_open_taken", condition=OPEN),
            models.Index(fields=["id"], name="case_uncounted", condition=UNCOUNTED),
            models.Index(fields=["closed_at", "id"], name="case_whole", condition=CLOSED & Q(stripped_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(due_at__isnull=True), name="case_stands_has_no_due"
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(closed_at__isnull=True), name="case_closed_does_not_wait"
            ),
            models.CheckConstraint(
                condition=Q(stripped_at__isnull=True) | Q(closed_at__isnull=False, subject__isnull=True),
                name="case_open_loses_nothing",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="case_closed_after_opened"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def workflow(self) -> Workflow:
        """Its kind's table."""
        return kinds[self.kind]

    @cached_property
    def own(self) -> Any:
        """The row of its kind's own model, read once: for pages, not for what is locked and changed."""
        return self if type(self) is not Case else self.workflow.model.objects.get(pk=self.pk)

    @property
    def title(self) -> str:
        """What it is about, in the reader's language."""
        return topic_title(f"{self.kind}.{self.topic}")

    @property
    def status_title(self) -> str:
        """Its state, in the reader's language."""
        return state_title(f"{self.kind}.{self.status}")

    @property
    def lacks_verification(self) -> bool:
        """Whether something of it can't be done before who asks is verified."""
        return self.verified_at is None and self.workflow.asks_verified(self.topic)

    def comes_before(self, other: "Case") -> bool:
        """Whether this one wins where both ask the same: the first that was verified does, and none that was not ever
        stands in the way of one that was.
        """
        if other.verified_at is None:
            return True
        return self.verified_at is not None and (self.verified_at, self.pk) < (other.verified_at, other.pk)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        """As `CaseQuerySet.overdue`; of a closed case whether it was closed too late."""
        return self.due_at is not None and self.due_at < (self.closed_at or clock.now())

    @property
    def person(self) -> str:
        """`P-12`, without a look at the person's row; a dash where nobody is named."""
        return f"P-{self.subject_id}" if self.subject_id else "—"
