"""What is filled in about a member of staff, and at sign-in."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from apps.accounts.choices import Role
from apps.accounts.models import User


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password; the session ends with the browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # says the label once more


class StaffFields(forms.ModelForm):  # type: ignore[type-arg]
    """Roles by their codes, and the languages that the desk speaks."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "—"), *settings.LANGUAGES], required=False, widget=UnfoldAdminSelectWidget
    )

    def clean_email(self) -> str:
        """Addresses are kept in lower case: people sign in with them in any."""
        return str(self.cleaned_data["email"]).lower()


class StaffAddForm(StaffFields, UserCreationForm):  # type: ignore[misc]
    """A new member of staff."""

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "language")


class StaffChangeForm(StaffFields, UserChangeForm):  # type: ignore[misc]
    """A member of staff."""

    class Meta:
        model = User
        fields = ("email", "password", "first_name", "last_name", "language", "is_active", "is_staff", "is_superuser")
        field_classes: dict[str, type[forms.Field]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = [role.value for role in self.instance.roles]
