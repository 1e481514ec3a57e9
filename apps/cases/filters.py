"""Filters of the inbox: every one through an index of open cases, in the order in which they are due."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Box, Priority
from apps.cases.kinds import kinds, state_title, topic_title
from apps.cases.services.assign import workers


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
