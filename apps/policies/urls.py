"""Public addresses of the policy: they stay as they are, for people are told them."""

from django.urls import path

from apps.policies.views import public

urlpatterns = [
    path("policy/", public.index, name="policy"),
    path("policy/<slug:code>/", public.current, name="policy_document"),
    path("policy/<slug:code>/history/", public.history, name="policy_history"),
    path("policy/<slug:code>/<int:number>/", public.edition, name="policy_edition"),
    path("policy/<slug:code>/<int:number>/changes/", public.changes, name="policy_changes"),
    path("contacts/", public.contact_page, name="contacts"),
]
