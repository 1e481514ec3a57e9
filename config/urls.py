"""Addresses: the staff's desk, sign-in, and the public pages."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from apps.accounts.views import OwnPasswordView, SignOutView, desk_sign_in, set_language

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("accounts/", include("apps.accounts.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("desk/login/", desk_sign_in),
    path("desk/logout/", SignOutView.as_view()),
    path("desk/password_change/", admin.site.admin_view(OwnPasswordView.as_view())),
    path("desk/", admin.site.urls),
    path("", include("apps.policies.urls")),
    path("request/", include("apps.support.urls")),
    path("u/", include("apps.optouts.urls")),
    path("api/", include("apps.optouts.api.urls")),
]
