"""The page on which a campaign's list is handed in."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.campaigns import tasks
from apps.campaigns.forms import UploadForm
from apps.campaigns.models import Campaign
from apps.campaigns.services.receiving import receive
from apps.imports.uploads import encrypting, take
from apps.subjects.views.desk import desk_page, staff

MAY_SCRUB = "campaigns.add_campaign"


@encrypting(MAY_SCRUB)
def upload(request: HttpRequest) -> HttpResponse:
    """Form and upload of a list."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        campaign = _receive(request, form)
        take(request)
        messages.success(request, _("%(campaign)s is taken in.") % {"campaign": campaign.reference})
        return redirect("admin:campaigns_campaign_change", campaign.pk)
    campaigns = {"title": Campaign._meta.verbose_name_plural, "link": reverse("admin:campaigns_campaign_changelist")}
    title = _("Scrub a list")
    context = {"title": title, "trail": [campaigns, {"title": title}], "form": form, "opts": Campaign._meta}
    return desk_page(request, "campaigns/upload.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _receive(request: HttpRequest, form: UploadForm) -> Campaign:
    actor = staff(request, MAY_SCRUB)
    campaign = receive(actor=actor, message=form.message(), stored=form.cleaned_data["file"])
    tasks.run_campaign.defer(campaign_id=campaign.pk)
    return campaign
