"""The page that answers "why did I get this?"."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.campaigns import presenting
from apps.campaigns.forms import WhyForm
from apps.campaigns.services.asking import campaigns_with
from apps.campaigns.services.keeping import REMEMBER_DAYS
from apps.optouts.services.addresses import Address
from apps.subjects.views.desk import desk_page, staff


def why(request: HttpRequest) -> HttpResponse:
    """The question; by POST the answer, so that no value stands in an address or a log."""
    actor = staff(request, "campaigns.ask_why")
    form = WhyForm(request.POST or None)
    context = {"title": _("Why did I get this?"), "form": form, "opts": None, "days": REMEMBER_DAYS}
    if form.is_valid():
        address: Address
        address, value = form.cleaned_data["typed"]
        found = campaigns_with(actor=actor, digest=address.digest, value=value)
        answers = [{"because": because, "scope": presenting.scope_words(because.campaign)} for because in found]
        context |= {"address": address, "answers": answers, "typed": form.data["typed"]}
    return desk_page(request, "campaigns/why.html", context, status=400 if form.errors else 200)
