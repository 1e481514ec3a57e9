"""Addresses of sign-in: only those that the desk needs. Nobody registers, nobody manages addresses."""

from django.urls import path, re_path

from apps.accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", views.SignOutView.as_view(), name="account_logout"),
    path("inactive/", views.InactiveView.as_view(), name="account_inactive"),
    path("reauthenticate/", views.AskAgainView.as_view(), name="account_reauthenticate"),
    path("password/reset/", views.ResetView.as_view(), name="account_reset_password"),
    path("password/reset/done/", views.ResetSentView.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.ResetByLinkView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.ResetDoneView.as_view(), name="account_reset_password_from_key_done"),
]
