"""Addresses of the API."""

from django.urls import path, re_path

from apps.optouts.api.replies import InboundSms
from apps.optouts.api.suppressions import Suppressions
from apps.optouts.api.views import NothingHere

urlpatterns = [
    path("suppressions", Suppressions.as_view(), name="api_suppressions"),
    path("inbound-sms", InboundSms.as_view(), name="api_inbound_sms"),
    re_path("", NothingHere.as_view()),
]
