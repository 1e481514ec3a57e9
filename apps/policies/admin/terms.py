"""The registers of data categories and purposes: read here, changed in code (apps/policies/registry.py)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

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
    """What is held about people (P02), and what must not be (P13). What is mandatory for what: record of processing."""

    export_resource = DataCategoryResource
    list_display = ("shown_title", "code", "kind", "dpv", "retired")
    fields = readonly_fields = ("code", "title_ky", "title_ru", "title_en", "kind", "dpv", "retired")

    @display(description=_("kind"), label={"personal": "info", "anonymous": "warning"})  # type: ignore[untyped-decorator]
    def kind(self, category: DataCategory) -> tuple[str, Any]:
        """A badge."""
        return ("anonymous", _("Anonymous")) if category.anonymous else ("personal", _("Personal"))


@admin.register(Purpose)
class PurposeAdmin(RegisterAdmin):
    """What it is used for (P09), each with its legal basis."""

    export_resource = PurposeResource
    list_display = (
        "number",
        "shown_title",
        "code",
        "legal_basis",
        "advertising",
        "consent_asked",
        "parent_title",
        "retired",
    )
    list_display_links = ("shown_title",)
    fields = readonly_fields = (
        "number",
        "code",
        "title_ky",
        "title_ru",
        "title_en",
        "dpv",
        "legal_basis",
        "advertising",
        "consent_asked",
        "consent_holds",
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

    @admin.display(description=_("a consent holds"))
    def consent_holds(self, purpose: Purpose) -> str:
        """So many days; the policy's own wording where it never ends (P08)."""
        if not purpose.consent_asked:
            return "—"
        if purpose.consent_endless:
            return str(_("indefinitely, as the policy words it (P08): a risk"))
        return ngettext("%(n)d day", "%(n)d days", purpose.consent_days or 0) % {"n": purpose.consent_days}
