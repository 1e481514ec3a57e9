"""Public addresses of requests: people have them in messages, so they stay as they are."""

from django.urls import path, re_path

from apps.support.views.public import RequestView, StatusView
from apps.support.views.public_copy import CopyView

# Everything below /copy/ answers here, so that a wrong address of any form gets one and the same answer.
urlpatterns = [
    path("request/", RequestView.as_view(), name="request_form"),
    path("request/status/", StatusView.as_view(), name="request_status"),
    path("copy/<path:secret>", CopyView.as_view(), name="copy"),
    re_path("^copy/", CopyView.as_view(), {"secret": ""}),
]
