"""Campaigns on the desk: the list, and the pages that hang on it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from apps.campaigns.choices import Status
from apps.campaigns.filters import AlarmFilter
from apps.campaigns.models import Campaign
from apps.campaigns.resources import CampaignsResource
from apps.campaigns.views import asking, campaigns, salts, uploading
from apps.core.admin import ReadOnlyAdmin
from apps.optouts.titles import purpose_title, sender_title

_COLOURS = {
    Status.UPLOADED: "info", Status.RUNNING: "info", Status.ASKING: "warning", Status.DONE: "success",
    Status.REFUSED: "danger", Status.FAILED: "danger", Status.CANCELLED: "",
}  # fmt: skip


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    """Newest first. A campaign's page is its progress, its result and its sendings."""

    export_resource = CampaignsResource
    list_display = (
        "reference", "title", "channel", "what_for", "from_whom", "state", "kept_rows", "left_out", "alarm",
        "created_at",
    )  # fmt: skip
    list_display_links = ("reference",)
    list_filter = ("status", "channel", AlarmFilter)
    list_before_template = "campaigns/list_actions.html"
    ordering = ("-pk",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may hand a list in."""
        return request.user.has_perm("campaigns.add_campaign")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Without what only a campaign's own page shows."""
        queryset: QuerySet[Campaign] = super().get_queryset(request)
        return queryset.defer("layout", "reasons", "refusal", "files").prefetch_related("sends")

    @admin.display(description=_("campaign"))
    def reference(self, campaign: Campaign) -> str:
        """`C-17`."""
        return campaign.reference

    @admin.display(description=_("what for"))
    def what_for(self, campaign: Campaign) -> str:
        """The purpose's title in the reader's language."""
        return purpose_title(campaign.purpose)

    @admin.display(description=_("from whom"))
    def from_whom(self, campaign: Campaign) -> str:
        """A partner's code, or several."""
        return sender_title(campaign.sender)

    @display(description=_("status"), label=_COLOURS)  # type: ignore[untyped-decorator]
    def state(self, campaign: Campaign) -> tuple[str, str]:
        """The status as a badge."""
        return campaign.status, campaign.get_status_display()

    @admin.display(description=pgettext_lazy("in a list", "kept"))
    def kept_rows(self, campaign: Campaign) -> str:
        """Rows that may be written to."""
        return f"{campaign.kept:n}" if campaign.status == Status.DONE else "—"

    @admin.display(description=_("left out"))
    def left_out(self, campaign: Campaign) -> str:
        """Rows that were removed or are invalid."""
        return f"{campaign.removed + campaign.invalid:n}" if campaign.status == Status.DONE else "—"

    @display(description=_("sent after an opt-out"), label={"late": "danger"})  # type: ignore[untyped-decorator]
    def alarm(self, campaign: Campaign) -> tuple[str, str] | None:
        """How many got it although they had refused."""
        late = sum(send.late for send in campaign.sends.all())
        return ("late", f"{late:n}") if late else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The campaign's page."""
        return campaigns.page(request, int(object_id) if object_id.isdigit() and len(object_id) < 19 else 0)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done with a campaign stands in the audit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:campaigns_campaign_change", object_id)

    def get_urls(self) -> list[URLPattern]:
        """The pages about campaigns, before Django's own that would catch every path."""
        wrap = self.admin_site.admin_view
        own = [
            path("add/", wrap(uploading.upload), name="campaigns_campaign_add"),
            path("why/", wrap(asking.why), name="campaigns_why"),
            path("hashes/", wrap(salts.salts), name="campaigns_salts"),
            path("hashes/<int:partner>/salt/", wrap(salts.make), name="campaigns_make_salt"),
            path("hashes/<int:partner>/list/", wrap(salts.give), name="campaigns_give_hashes"),
            path("<int:pk>/progress/", wrap(campaigns.progress), name="campaigns_campaign_progress"),
            path("<int:pk>/column/", wrap(campaigns.NameColumn.as_view()), name="campaigns_campaign_column"),
            path("<int:pk>/cancel/", wrap(campaigns.Cancel.as_view()), name="campaigns_campaign_cancel"),
            path("<int:pk>/resume/", wrap(campaigns.Resume.as_view()), name="campaigns_campaign_resume"),
            path("<int:pk>/rows/<slug:part>/", wrap(campaigns.download_part), name="campaigns_campaign_download"),
            path("<int:pk>/sent/", wrap(campaigns.RecordSend.as_view()), name="campaigns_campaign_sent"),
            path("<int:pk>/sent/<int:send>/", wrap(campaigns.NoteAlarm.as_view()), name="campaigns_campaign_note"),
        ]
        return [*own, *super().get_urls()]
