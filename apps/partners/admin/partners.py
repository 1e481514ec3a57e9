"""Partners on the desk. Nobody is deleted: records refer to them; they are switched off."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.admin import DeskAdmin
from apps.partners.forms.partners import PartnerForm
from apps.partners.models import Partner
from apps.partners.resources import PartnersResource
from apps.partners.services.keep_partners import add_partner, change_partner


@admin.register(Partner)
class PartnerAdmin(DeskAdmin):
    """Kept by partner managers, looked at by everybody."""

    export_resource = PartnersResource
    form = PartnerForm
    list_display = ("name", "code", "language", "active", "created_at")
    list_filter = ("active",)
    search_fields = ("name", "code")
    ordering = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Partner | None = None) -> tuple[str, ...]:
        """The code names the partner in files and links: it is chosen once."""
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        """Through the service, which records it."""
        assert isinstance(request.user, User)
        if change:
            change_partner(actor=request.user, partner=obj, fields=form.changed_data)
        else:
            add_partner(actor=request.user, partner=obj)
