"""Recipients on the desk: what each may receive is decided by a lead officer; where it is and how it is reached is kept
by partner managers too.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.models import User
from apps.core.admin import DeskAdmin
from apps.partners import presenting
from apps.partners.forms.recipients import RecipientForm
from apps.partners.models import Recipient
from apps.partners.resources import RecipientsResource
from apps.partners.services.keep_recipients import DECIDED, MAY_DECIDE, add_recipient, change_recipient


@admin.register(Recipient)
class RecipientAdmin(DeskAdmin):
    """Third parties (P14, P19)."""

    export_resource = RecipientsResource
    form = RecipientForm
    list_display = ("shown_title", "kind", "country_shown", "abroad", "receives", "ground", "reached_by", "retired")
    list_filter = ("route", "kind", "cross_border", "retired")
    ordering = ("position", "code")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recipient]:
        """With what each may receive."""
        recipients: QuerySet[Recipient] = super().get_queryset(request)
        return recipients.prefetch_related("categories")

    def get_fieldsets(self, request: HttpRequest, obj: Recipient | None = None) -> list[tuple[Any, dict[str, Any]]]:
        """Who it is, what it may receive and why, how an erasure reaches it."""
        retired = ("retired",) if obj else ()
        seen = ("seen",) if self.has_change_permission(request, obj) else ()
        return [
            (None, {"fields": ("code", "title_ky", "title_ru", "title_en", "kind", "country", "cross_border", *seen)}),
            (_("What it may receive"), {"fields": ("categories", "ground", *retired)}),
            (_("How an erasure reaches it"), {"fields": ("route", "contact")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Recipient | None = None) -> tuple[str, ...]:
        """The code is chosen once; what is decided, for whoever may only keep the rest."""
        decided = () if request.user.has_perm(MAY_DECIDE) else tuple(sorted(DECIDED))
        return ("code", *decided) if obj else decided

    def save_model(self, request: HttpRequest, obj: Recipient, form: Any, change: bool) -> None:
        """Through the service, which records it."""
        assert isinstance(request.user, User)
        categories = form.cleaned_data.get("categories")
        if change:
            fields = set(form.changed_data)
            if form.cleaned_data.get("cross_border") != form.initial.get("cross_border"):
                fields.add("cross_border")  # by the country
            change_recipient(actor=request.user, recipient=obj, fields=fields, categories=categories)
        else:
            add_recipient(actor=request.user, recipient=obj, categories=categories or ())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has stored what it may receive."""

    @admin.display(description=_("title"))
    def shown_title(self, recipient: Recipient) -> str:
        """In the reader's language."""
        return recipient.title

    @admin.display(description=_("country"))
    def country_shown(self, recipient: Recipient) -> str:
        """Its name."""
        return recipient.country_title

    @display(description=_("cross-border"), label={"abroad": "warning"})  # type: ignore[untyped-decorator]
    def abroad(self, recipient: Recipient) -> tuple[str, Any] | None:
        """A badge where data leaves the country."""
        return ("abroad", _("Abroad")) if recipient.cross_border else None

    @admin.display(description=_("may receive"))
    def receives(self, recipient: Recipient) -> str:
        """The categories."""
        return ", ".join(category.title for category in recipient.categories.all()) or "—"

    @display(description=_("erasure reaches it by"), label={"none": "danger", "some": ""})  # type: ignore[untyped-decorator]
    def reached_by(self, recipient: Recipient) -> tuple[str, str]:
        """A badge, red where nothing does."""
        return "some" if recipient.has_route else "none", presenting.route(recipient)
