"""Filters of the inbox: every one through an index of open cases, in the order in which they are due."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Box, Priority
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import kinds, state_title, topic_title
from apps.cases.models.cases import IN_TIME, LATE
from apps.cases.services.assign import workers
from apps.cases.services.tally import MONTHS, month_after, months_back
from apps.policies.working_days import began


class BoxFilter(admin.SimpleListFilter):
    """Which box is looked into; the tabs above the list set it. The list itself takes it: it decides the order too."""

    title = _("box")
    parameter_name = "box"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every box."""
        return list(Box.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As the list has it already."""
        return queryset


class _CodeFilter(admin.SimpleListFilter):
    """A choice of codes `kind.code`."""

    column: str

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By kind and code; nothing for what no kind has."""
        value = self.value()
        if value is None:
            return queryset
        kind, _dot, code = value.partition(".")
        return (
            queryset.filter(kind=kind, **{self.column: code}) if value in dict(self.lookup_choices) else queryset.none()
        )


class AboutFilter(_CodeFilter):
    """What cases are about: the topics of every kind, or the kind itself where it has none."""

    title = _("about")
    parameter_name = "about"
    column = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """`kind.topic` and its title."""
        topics = ((workflow.kind, topic) for workflow in kinds for topic in (workflow.topics or ("",)))
        codes = [f"{kind}.{topic}" for kind, topic in topics]
        return [(code, topic_title(code)) for code in codes]


class StatusFilter(_CodeFilter):
    """In which state."""

    title = _("status")
    parameter_name = "status"
    column = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """`kind.state` and its title."""
        codes = [f"{workflow.kind}.{state}" for workflow in kinds for state in workflow.states.values]
        return [(code, state_title(code)) for code in codes]


class PriorityFilter(admin.SimpleListFilter):
    """What goes first."""

    title = _("priority")
    parameter_name = "priority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every one."""
        return [(str(value), label) for value, label in Priority.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through its index."""
        return (
            queryset.filter(priority=int(self.value() or 0))
            if self.value() in {str(value) for value in Priority}
            else queryset
        )


class AssigneeFilter(admin.SimpleListFilter):
    """Whose."""

    title = _("assigned to")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Everybody who works on cases."""
        return [(str(user.pk), str(user)) for user in workers()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Through its index."""
        chosen = self.value() or ""
        return queryset.filter(assignee_id=int(chosen)) if chosen.isascii() and chosen.isdigit() else queryset


class ClosedFilter(admin.SimpleListFilter):
    """In which month cases were closed; in the box of closed ones, through their index."""

    title = _("closed in")
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The months that figures are kept of, the present one first."""
        months = months_back(MONTHS)[::-1]
        return [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """From its first moment to the first of the next."""
        if self.value() not in dict(self.lookup_choices):
            return queryset
        first = date.fromisoformat(f"{self.value()}-01")
        return queryset.filter(closed_at__gte=began(first), closed_at__lt=began(month_after(first)))


class LateFilter(admin.SimpleListFilter):
    """Closed in time, or too late."""

    title = _("in time")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("no", _("In time")), ("yes", _("Too late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By what the case's clock said as it was closed."""
        if self.value() == "yes":
            return queryset.filter(LATE)  # as its index has it
        return queryset.filter(IN_TIME) if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    """Whether the person got an answer, by the final states that each kind names."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Answers, refusals among them."""
        return [("answered", _("Answered, refusals among them")), ("refused", _("Refused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """As the figures count them."""
        if self.value() not in dict(self.lookup_choices):
            return queryset
        wanted = Q(pk__in=[])
        for workflow in kinds:
            states = workflow.refused if self.value() == "refused" else workflow.answers or workflow.final
            wanted |= Q(kind=workflow.kind, status__in=sorted(states))
        return queryset.filter(wanted)


class WhyFilter(admin.SimpleListFilter):
    """Why they were refused."""

    title = _("reason of the refusal")
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every coded reason."""
        return list(RefusalReason.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By the refusal that stands, of which a case has one."""
        if self.value() not in RefusalReason.values:
            return queryset
        return queryset.filter(refusals__reason=self.value(), refusals__lifted_at__isnull=True)
