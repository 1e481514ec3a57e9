"""Public addresses of requests."""

from django.urls import path

from apps.support.views.public import RequestView, StatusView

urlpatterns = [
    path("", RequestView.as_view(), name="request_form"),
    path("status/", StatusView.as_view(), name="request_status"),
]
