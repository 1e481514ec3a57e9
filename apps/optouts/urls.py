"""Public addresses of opt-outs."""

from django.urls import path, re_path

from apps.optouts.views.public import UnsubscribeView

# Everything below /u/ answers here, so that a wrong address of any form gets one and the same "not found".
urlpatterns = [
    path("<path:token>", UnsubscribeView.as_view(), name="unsubscribe"),
    re_path("", UnsubscribeView.as_view(), {"token": ""}),  # nothing at all, or a line break in it
]
