"""Public addresses of opt-outs."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
