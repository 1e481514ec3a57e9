"""The registers of data categories and purposes: read here, changed in code (apps/policies/registry.py)."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.policies.models import DataCategory, Purpose, Titled
from apps.policies.resources import DataCategoryResource, PurposeResource


class RegisterAdmin(ReadOnlyAdmin):
    """A register of terms, titled in the reader's language."""

    ordering = ("position",)
    sortable_by = ()

    @admin.display(description=_("title"))
    def shown_title(self, term: Titled) -> str:
        """In the reader's language."""
        return term.title


@admin.register(DataCategory)
class DataCategoryAdmin(RegisterAdmin):
    """What is held about people (P02), and what of it is mandatory (P04)."""

    export_resource = DataCategoryResource
    list_display = ("shown_title", "code", "mandatory", "retired")
    fields = readonly_fields = ("code", "title_ky", "title_ru", "title_en", "mandatory", "retired")


@admin.register(Purpose)
class PurposeAdmin(RegisterAdmin):
    """What it is used for (P09), each with its legal basis."""

    export_resource = PurposeResource
    list_display = ("number", "shown_title", "code", "legal_basis", "advertising", "parent_title", "retired")
    list_display_links = ("shown_title",)
    fields = readonly_fields = (
        "number",
        "code",
        "title_ky",
        "title_ru",
        "title_en",
        "legal_basis",
        "advertising",
        "parent_title",
        "retired",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Purpose]:
        """With the purposes above."""
        purposes: QuerySet[Purpose] = super().get_queryset(request)
        return purposes.select_related("parent")

    @admin.display(description=_("topic of"))
    def parent_title(self, purpose: Purpose) -> str:
        """The purpose above, in the reader's language."""
        return purpose.parent.title if purpose.parent else "—"
