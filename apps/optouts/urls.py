"""Public addresses of opt-outs."""

from django.urls import path, re_path

from apps.optouts.views.again import AskAgainView, ConfirmView
from apps.optouts.views.preferences import PreferencesView
from apps.optouts.views.public import UnsubscribeView

# Everything below /u/ answers here, so that a wrong address of any form gets one and the same "not found".
urlpatterns = [
    path("confirm/<str:token>", ConfirmView.as_view(), name="confirm_again"),
    path("<str:token>/preferences", PreferencesView.as_view(), name="preferences"),
    path("<str:token>/again", AskAgainView.as_view(), name="ask_again"),
    path("<path:token>", UnsubscribeView.as_view(), name="unsubscribe"),
    re_path("", UnsubscribeView.as_view(), {"token": ""}),  # nothing at all, or a line break in it
]
