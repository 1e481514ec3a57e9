"""Sign-in in the frame of the desk, and the choice of language."""

from typing import Any, ClassVar, Protocol

from allauth.account import views
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.i18n import set_language as remember_language
from unfold.forms import AdminOwnPasswordChangeForm

from apps.accounts.models import User
from apps.accounts.services import choose_language, tell_password_set


class _Page(Protocol):
    request: HttpRequest
    title: ClassVar[str | Promise]


class DeskFrame:
    """Adds what the desk's base template reads: colours, title, theme."""

    title: ClassVar[str | Promise]

    def get_context_data(self: _Page, **kwargs: Any) -> dict[str, Any]:
        """The view's own context wins."""
        own = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), "title": self.title, "is_nav_sidebar_enabled": False, **own}


class SignInView(DeskFrame, views.LoginView):  # type: ignore[misc]
    """Sign in by e-mail and password; attempts are limited."""

    title = _("Sign in")


class SignOutView(DeskFrame, views.LogoutView):  # type: ignore[misc]
    """Sign out: by POST only, a GET asks."""

    title = _("Sign out")


class InactiveView(DeskFrame, views.AccountInactiveView):  # type: ignore[misc]
    """Says that the account is switched off."""

    title = _("Account switched off")


class ResetView(DeskFrame, views.PasswordResetView):  # type: ignore[misc]
    """Ask for a link by e-mail; the answer is the same whether the address is known or not."""

    title = _("A new password")


class ResetSentView(DeskFrame, views.PasswordResetDoneView):  # type: ignore[misc]
    """Says that the link is on its way."""

    title = _("Look into your mailbox")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class ResetByLinkView(DeskFrame, views.PasswordResetFromKeyView):  # type: ignore[misc]
    """Choose a new password; the key leaves the address before the form is shown."""

    title = _("Choose a new password")


class ResetDoneView(DeskFrame, views.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    """Says that the new password is in force."""

    title = _("The new password is in force")


class AskAgainView(DeskFrame, views.ReauthenticateView):  # type: ignore[misc]
    """The password once more, before something that matters."""

    title = _("Your password once more")


class OwnPasswordView(PasswordChangeView):
    """One's own password, on the desk; recorded."""

    form_class = AdminOwnPasswordChangeForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the frame of the desk."""
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Store it and let the record show it, both or neither."""
        with transaction.atomic():
            response = super().form_valid(form)
            tell_password_set(actor=form.user, user=form.user)
        return response


def desk_sign_in(request: HttpRequest) -> HttpResponse:
    """The admin's own sign-in address leads to ours. Who is signed in and still not let in gets a refusal."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/desk/"))


def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own change of language, remembered for whoever is signed in."""
    if request.method == "POST" and isinstance(request.user, User):
        choose_language(actor=request.user, language=request.POST.get("language", ""))
    return remember_language(request)
