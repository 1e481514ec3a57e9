"""Requests on the desk: where they are taken in, by hand or by mail. They are worked on in the inbox, with all other
cases.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from unfold.decorators import display

from apps.cases.admin import key_of
from apps.core.admin import ReadOnlyAdmin
from apps.subjects.views.desk import staff
from apps.support.choices import MailOutcome
from apps.support.models import MailRun, SupportRequest, TakenMail
from apps.support.resources import LettersResource, MailRunsResource
from apps.support.services.run_mail import TAKE_MAIL
from apps.support.views import acting, copy, rights
from apps.support.views.intake import intake
from apps.support.views.mail import letter, open_letter, settle_letter, upload
from apps.support.workflow import TAKE_IN

MAY_VIEW = "cases.view_case"
MAY_VIEW_MAIL = "support.view_mailrun"


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadOnlyAdmin):
    """A request is seen by whoever sees cases."""

    def has_view_permission(self, request: HttpRequest, obj: SupportRequest | None = None) -> bool:
        """As of every case."""
        return request.user.has_perm(MAY_VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever takes in requests."""
        return request.user.has_perm(TAKE_IN)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """The intake; what is typed stays out of error reports."""
        return sensitive_post_parameters()(intake)(request)

    def get_urls(self) -> list[URLPattern]:
        """What is done for a request, and about a copy of the data, before Django's own."""
        return [*self._acts(), *self._copy(), *super().get_urls()]

    def _acts(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "support_supportrequest"
        acts = {"rectify": rights.Rectify, "block": rights.Block, "lift": rights.Lift, "stop": rights.Stop}
        own = [path(f"<int:pk>/{verb}/", wrap(act.as_view()), name=f"{name}_{verb}") for verb, act in acts.items()]
        return [*own, path("<int:pk>/tell/<int:telling>/", wrap(rights.Tell.as_view()), name=f"{name}_tell")]

    def _copy(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, "support_supportrequest_copy"
        acts = {
            "look": acting.Look, "release": acting.Release, "link": acting.Link, "revoke": acting.Revoke,
            "print": acting.Print, "paper": acting.Paper, "discard": acting.Discard, "again": acting.TakeUp,
        }  # fmt: skip
        return [
            path("<int:pk>/copy/prepare/", wrap(acting.Prepare.as_view()), name=f"{name}_prepare"),
            path("<int:pk>/copy/nothing/", wrap(acting.Nothing.as_view()), name=f"{name}_nothing"),
            path("<int:pk>/copy/<int:copy>/", wrap(copy.preview), name=name),
            path("<int:pk>/copy/<int:copy>/progress/", wrap(copy.progress), name=f"{name}_progress"),
            *(
                path(f"<int:pk>/copy/<int:copy>/{act}/", wrap(view.as_view()), name=f"{name}_{act}")
                for act, view in acts.items()
            ),
            path(
                "<int:pk>/copy/<int:copy>/withhold/<slug:section>/<int:number>/", wrap(acting.Withhold.as_view()),
                name=f"{name}_withhold",
            ),
            path("<int:pk>/copy/<int:copy>/give/<int:redaction>/", wrap(acting.Give.as_view()), name=f"{name}_give"),
        ]  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The inbox."""
        staff(request, MAY_VIEW)
        return redirect("admin:cases_case_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case's page."""
        staff(request, MAY_VIEW)
        return redirect("admin:cases_case_change", object_id)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is on the case's page."""
        return self.change_view(request, object_id)


@admin.register(MailRun)
class MailRunAdmin(ReadOnlyAdmin):
    """Files of mail, and what lay in the mailbox."""

    export_resource = MailRunsResource
    list_display = ("begun_at", "source", "actor", "requests", "replies", "automatic", "aside", "twice", "state")
    list_select_related = ("actor",)
    ordering = ("-begun_at", "-pk")
    sortable_by = ()

    @display(description=_("state"), label={"failed": "danger", "done": "success", "running": "warning"})  # type: ignore[untyped-decorator]
    def state(self, row: MailRun) -> tuple[str, Any]:
        """Whether all of it is taken in."""
        if row.failure:
            return "failed", row.get_failure_display()
        return ("done", _("taken in")) if row.finished_at else ("running", _("being taken in"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever takes in files of mail."""
        return request.user.has_perm(TAKE_MAIL)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its letters."""
        staff(request, MAY_VIEW_MAIL)
        place = redirect("admin:support_takenmail_changelist")
        place["Location"] += f"?{urlencode({'run__id__exact': object_id})}"
        return place

    def get_urls(self) -> list[URLPattern]:
        """Where a file is handed in."""
        return [path("add/", self.admin_site.admin_view(upload), name="support_mailrun_add"), *super().get_urls()]


@admin.register(TakenMail)
class TakenMailAdmin(ReadOnlyAdmin):
    """What became of each letter."""

    export_resource = LettersResource
    list_display = ("taken_at", "became", "reason", "about", "kept")
    list_filter = ("outcome",)
    list_select_related = ("case",)
    ordering = ("-taken_at", "-pk")
    sortable_by = ()

    @display(
        description=_("became"),
        label={"aside": "danger", "settled": "", "automatic": "", "request": "info", "reply": "success"},
    )  # type: ignore[untyped-decorator]
    def became(self, row: TakenMail) -> tuple[str, str]:
        """A badge; of one that was set aside whether it is settled."""
        if row.outcome == MailOutcome.ASIDE and row.settled_at:
            return "settled", str(_("settled"))
        return row.outcome, row.get_outcome_display()

    @admin.display(description=_("case"))
    def about(self, row: TakenMail) -> str:
        """Its reference, which leads there."""
        if row.case is None:
            return "—"
        return format_html('<a href="{}">{}</a>', reverse("admin:cases_case_change", args=[row.case.pk]), row.case)

    @admin.display(description=_("kept"))
    def kept(self, row: TakenMail) -> str:
        """How large a letter is that is kept whole; of the others nothing is."""
        return filesizeformat(row.size) if row.is_aside else "—"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The letter's page."""
        return letter(request, key_of(object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is on the letter's page."""
        return self.change_view(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        """What is done about one that was set aside."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/open/", wrap(open_letter), name="support_takenmail_open"),
            path("<int:pk>/settle/", wrap(settle_letter), name="support_takenmail_settle"),
            *super().get_urls(),
        ]
