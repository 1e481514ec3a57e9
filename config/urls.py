"""Addresses: the staff's desk, sign-in, and the public pages."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
    path("u/", include("apps.optouts.urls")),
]
