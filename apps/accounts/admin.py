"""The staff on the desk: kept by whoever sets the installation up, looked at by lead officers and auditors."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm

from apps.accounts.filters import RoleFilter
from apps.accounts.forms import StaffAddForm, StaffChangeForm
from apps.accounts.models import User
from apps.accounts.resources import StaffResource, role_titles
from apps.accounts.services import set_roles, tell_password_set
from apps.core.admin import DeskAdmin

admin.site.unregister(Group)  # what a role may do is code (apps/accounts/roles.py)
admin.site.unregister(EmailAddress)  # the address of a member of staff is the one they sign in with


@admin.register(User)
class StaffAdmin(DeskAdmin, UserAdmin):  # type: ignore[type-arg,misc]
    """Members of staff with their roles. Nobody is deleted: the audit refers to them; they are switched off."""

    export_resource = StaffResource
    form = StaffChangeForm
    add_form = StaffAddForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = ("email", "full_name", "shown_roles", "is_active", "last_login")
    list_filter = ("is_active", RoleFilter)
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "shown_roles")
    fieldsets = (
        (None, {"fields": ("email", "password", "first_name", "last_name", "language")}),
        (_("Roles"), {"fields": ("roles", "is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "language", "roles", "password1", "password2")}),
    )
    looked_at_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "language")}),
        (_("Roles"), {"fields": ("shown_roles", "is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles of one page in one query."""
        staff: QuerySet[User] = super().get_queryset(request)
        return staff.prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Without the form's own fields for those who only look."""
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return super().get_fieldsets(request, obj) if may_change else self.looked_at_fieldsets

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        """First and last name."""
        return user.get_full_name() or "—"

    @admin.display(description=_("roles"))
    def shown_roles(self, user: User) -> str:
        """Titles of the roles."""
        return role_titles(user) or "—"

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """Django's own page for another's password saves without a hook, and then logs here."""
        if request.resolver_match and request.resolver_match.url_name == "auth_user_password_change":
            assert isinstance(request.user, User)
            tell_password_set(actor=request.user, user=obj)
        return super().log_change(request, obj, message)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give the roles through the service, which records them."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        fields = [name for name in form.changed_data if name not in {"roles", "password1", "password2"}]
        set_roles(actor=request.user, user=form.instance, roles=form.cleaned_data["roles"], fields=fields)
