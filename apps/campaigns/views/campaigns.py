"""A campaign's page: progress, result, sendings; and what can be done there."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.acting import Decision
from apps.accounts.models import User
from apps.campaigns import presenting, tasks
from apps.campaigns.choices import Part, Status
from apps.campaigns.engine.refusals import list_message
from apps.campaigns.forms import SendForm
from apps.campaigns.models import CSV, Campaign
from apps.campaigns.services.deciding import cancel, resume
from apps.campaigns.services.downloading import download
from apps.campaigns.services.running import name_column
from apps.campaigns.services.sending import note_alarm, record_send
from apps.core import clock
from apps.core.errors import NotPossible
from apps.imports.engine.refusals import Refused
from apps.subjects.views.desk import desk_page, staff

MAY_LOOK, MAY_SCRUB, MAY_SEND = "campaigns.view_campaign", "campaigns.add_campaign", "campaigns.record_send"
_TYPES = {CSV: "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def campaign_or_404(pk: int) -> Campaign:
    """The campaign with this key."""
    campaign = Campaign.objects.select_related("created_by", "salt").filter(pk=pk).first()
    if campaign is None:
        raise Http404(_("There is no such campaign."))
    return campaign


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Whatever there is to see of a campaign in its present state."""
    staff(request, MAY_LOOK)
    campaign = campaign_or_404(pk)
    context = {
        "title": campaign.reference, "campaign": campaign, "original": campaign, "opts": Campaign._meta,
        "scope": presenting.scope_words(campaign), "salt_partner": presenting.salt_partner_name(campaign),
        "refusal": list_message(campaign.refusal) if campaign.refusal else "",
    }  # fmt: skip
    if campaign.status == Status.DONE:
        context |= _result(campaign)
    if campaign.status == Status.ASKING and request.user.has_perm(MAY_SCRUB):
        context |= _question(campaign)
    return desk_page(request, "campaigns/campaign.html", context)


def _result(campaign: Campaign) -> dict[str, Any]:
    return {
        "segments": presenting.segments(campaign), "reasons": presenting.reasons(campaign),
        "downloads": presenting.downloads(campaign), "files_until": presenting.files_until(campaign),
        "found": presenting.layout_facts(campaign), "sends": presenting.shown_sends(campaign),
        "send_form": SendForm(initial={"sent_at": clock.now()}),
    }  # fmt: skip


def _question(campaign: Campaign) -> dict[str, Any]:
    try:
        return {"columns": presenting.columns_to_name(campaign)}
    except (Refused, FileNotFoundError):
        return {"refusal": list_message(Refused("damaged").to_json())}


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while a worker has the list."""
    staff(request, MAY_LOOK)
    return render(request, "campaigns/progress.html", {"campaign": campaign_or_404(pk)})


def download_part(request: HttpRequest, pk: int, part: str) -> HttpResponseBase:
    """Rows as a file; by POST, because it is recorded."""
    actor = staff(request, "campaigns.download_campaign")
    campaign = campaign_or_404(pk)
    if request.method != "POST" or part not in Part.values:
        raise Http404
    try:
        rows = download(actor=actor, campaign=campaign, part=part)
    except NotPossible as error:
        messages.error(request, str(error.message))
        return redirect("admin:campaigns_campaign_change", campaign.pk)
    response = StreamingHttpResponse(rows, content_type=_TYPES[campaign.form])
    response["Content-Disposition"] = f'attachment; filename="{campaign.file_name(part)}"'
    response["Cache-Control"] = "no-store"
    return response


class CampaignDecision(Decision):
    """One decision about a campaign."""

    permission: ClassVar[str] = MAY_SCRUB

    def found(self, pk: int) -> Campaign:
        """The campaign."""
        return campaign_or_404(pk)

    def after(self, thing: Campaign) -> HttpResponse:
        """Back to the campaign."""
        return redirect("admin:campaigns_campaign_change", thing.pk)


class NameColumn(CampaignDecision):
    """Say which column holds the addresses."""

    done = gettext_lazy("The list is scrubbed by this column.")

    def decide(self, actor: User, campaign: Campaign, given: dict[str, Any]) -> None:
        """Name it."""
        name_column(actor=actor, campaign_id=campaign.pk, column=self.request.POST.get("column", ""))
        tasks.run_campaign.defer(campaign_id=campaign.pk)


class Cancel(CampaignDecision):
    """Let go."""

    done = gettext_lazy("The campaign is cancelled; nothing of its list was kept.")

    def decide(self, actor: User, campaign: Campaign, given: dict[str, Any]) -> None:
        """Cancel."""
        cancel(actor=actor, campaign_id=campaign.pk)


class Resume(CampaignDecision):
    """Begin anew after an error."""

    done = gettext_lazy("The list is scrubbed again, from its beginning.")

    def decide(self, actor: User, campaign: Campaign, given: dict[str, Any]) -> None:
        """Resume."""
        resume(actor=actor, campaign_id=campaign.pk)
        tasks.run_campaign.defer(campaign_id=campaign.pk)


class RecordSend(CampaignDecision):
    """Say when the campaign was sent."""

    permission = MAY_SEND
    form_class = SendForm
    done = gettext_lazy("The sending is recorded.")

    def decide(self, actor: User, campaign: Campaign, given: dict[str, Any]) -> None:
        """Record it."""
        send = record_send(actor=actor, campaign_id=campaign.pk, sent_at=given["sent_at"])
        if send.late:
            told = _("Sent after an opt-out: %(late)d. See below to whom, and take note of it.")
            messages.error(self.request, told % {"late": send.late})


class NoteAlarm(CampaignDecision):
    """Take note of a sending after an opt-out."""

    permission = MAY_SEND
    done = gettext_lazy("Taken note of.")

    def decide(self, actor: User, campaign: Campaign, given: dict[str, Any]) -> None:
        """Note it."""
        send = campaign.sends.filter(pk=self.kwargs["send"]).first()
        if send is None:
            raise NotPossible(_("There is no such sending."))
        note_alarm(actor=actor, send_id=send.pk)
