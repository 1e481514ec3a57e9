"""Figures of consents, day by day, as a list that can be taken along."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import Measure
from apps.consents.filters import DayLately
from apps.consents.forms import edition_title
from apps.consents.models import ConsentFigure
from apps.consents.resources import ConsentFiguresResource
from apps.core.admin import ReadOnlyAdmin


@admin.register(ConsentFigure)
class ConsentFigureAdmin(ReadOnlyAdmin):
    """The newest day first."""

    export_resource = ConsentFiguresResource
    list_display = ("day", "measure", "what_for", "channel", "medium", "told", "number")
    list_filter = (DayLately, "measure")
    list_select_related = ("edition__document",)
    ordering = ("-day", "-pk")
    sortable_by = ()
    fields = readonly_fields = (*list_display, "counted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentFigure]:
        """Without the rows that only say when it was counted."""
        rows: QuerySet[ConsentFigure] = super().get_queryset(request)
        return rows.exclude(measure=Measure.COUNTED)

    @admin.display(description=_("what for"))
    def what_for(self, figure: ConsentFigure) -> str:
        """The purpose's title in the reader's language."""
        return figure.purpose_title

    @admin.display(description=_("edition"))
    def told(self, figure: ConsentFigure) -> str:
        """Under which edition of which document."""
        return edition_title(figure.edition) if figure.edition else "—"
