"""Opt-outs on the desk: lists that show no value, and the pages on which an opt-out is taken."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from apps.core.admin import ReadOnlyAdmin
from apps.optouts.choices import MessageState, Reason
from apps.optouts.filters import AddressFilter, RecordedLately, SuppressedLately
from apps.optouts.models import (
    ApiToken,
    Coverage,
    InboundMessage,
    OptOutEvent,
    Resubscription,
    Scope,
    Suppression,
)  # fmt: skip
from apps.optouts.resources import (
    OptOutEventsResource,
    RepliesResource,
    ResubscriptionsResource,
    SuppressionsResource,
    TokensResource,
)  # fmt: skip
from apps.optouts.titles import purpose_title, sender_title
from apps.optouts.views import address, figures, many, message, replies, take, tokens
from apps.subjects.models import Identifier


def _short(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def _key(object_id: str) -> int:
    """A primary key out of an address; that of nothing for what is none."""
    return int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else 0


class PeopleChangeList(ChangeList):  # type: ignore[misc]
    """A page of addresses with the people they belong to, looked up in one query."""

    def get_results(self, request: HttpRequest) -> None:
        """Give every row its `person`: a primary key, or None."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        held = Identifier.objects.filter(digest__in=[row.digest for row in rows])
        people = {bytes(digest): person for digest, person in held.values_list("digest", "subject_id")}
        for row in rows:
            row.person = people.get(bytes(row.digest)) if row.digest else None
        self.result_list = rows


class ScopeAdmin(ReadOnlyAdmin):
    """What lists of addresses have in common: digests only, and the person's reference where it is known."""

    list_display_links = ("address",)
    sortable_by = ()
    list_before_template: str | None = "optouts/list_find.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows that know whether this member of staff may open the person's page."""
        rows: QuerySet[Any] = super().get_queryset(request)
        known: QuerySet[Any] = rows.annotate(openable=Value(request.user.has_perm("subjects.view_subject")))
        return known

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The page that knows people."""
        return PeopleChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """One row with the person it belongs to."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.person = Identifier.objects.filter(digest=row.digest).values_list("subject_id", flat=True).first()
        return row

    @admin.display(description=_("person"))
    def whom(self, row: Coverage) -> str:
        """`P-12`, as a link for whoever may follow it; a dash when nobody has the address."""
        person: int | None = getattr(row, "person", None)
        if person is None:
            return "—"
        if not getattr(row, "openable", False):
            return f"P-{person}"
        return format_html(
            '<a class="text-link" href="{}">P-{}</a>', reverse("admin:subjects_subject_change", args=[person]), person
        )

    @admin.display(description=_("address"))
    def address(self, row: Coverage) -> str:
        """Its kind and the first digits of its digest."""
        return f"{row.get_kind_display()} {bytes(row.digest).hex()[:8]}"

    @display(
        description=_("reason"),
        label={Reason.REFUSAL: "", Reason.BOUNCE: "warning", Reason.COMPLAINT: "danger", Reason.STAFF: "info"},
    )  # type: ignore[untyped-decorator]
    def why(self, row: Scope) -> tuple[str, str]:
        """A badge."""
        return row.reason, row.get_reason_display()

    @admin.display(description=_("what for"))
    def what_for(self, row: Coverage) -> str:
        """The purpose's title in the reader's language."""
        return purpose_title(row.purpose)

    @admin.display(description=_("from whom"))
    def from_whom(self, row: Coverage) -> str:
        """A partner's code, or everybody."""
        return sender_title(row.sender)


@admin.register(Suppression)
class SuppressionAdmin(ScopeAdmin):
    """Who may not be contacted."""

    export_resource = SuppressionsResource
    list_display = ("address", "whom", "channel", "what_for", "from_whom", "why", "stopped_since")
    list_filter = (AddressFilter, "channel", "reason", SuppressedLately)
    ordering = ("-created_at",)
    fields = readonly_fields = ("kind", "whom", "channel", "what_for", "from_whom", "reason", "since", "created_at")

    @admin.display(description=_("since"))
    def stopped_since(self, suppression: Suppression) -> str:
        """In short."""
        return _short(suppression.since)

    def get_urls(self) -> list[URLPattern]:
        """The pages on which opt-outs are taken and looked up, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [
            path("take/", wrap(take.take), name="optouts_take"),
            path("take/<int:pk>/", wrap(take.TakeFromPerson.as_view()), name="optouts_take_from_person"),
            path("find/", wrap(address.find), name="optouts_find"),
            path("note/<uuid:pk>/", wrap(address.note), name="optouts_note_read"),
            path("figures/", wrap(figures.figures), name="optouts_figures"),
            path("many/", wrap(many.many), name="optouts_many"),
            path("many/<int:pk>/", wrap(many.done), name="optouts_many_done"),
            path("message/", wrap(message.check), name="optouts_message"),
        ]
        return [*own, *super().get_urls()]


@admin.register(OptOutEvent)
class OptOutEventAdmin(ScopeAdmin):
    """Every refusal, bounce and complaint as it came in."""

    export_resource = OptOutEventsResource
    list_display = ("address", "whom", "channel", "what_for", "from_whom", "why", "through", "said")
    list_filter = (AddressFilter, "reason", "medium", RecordedLately)
    list_select_related = ("partner", "actor")
    ordering = ("-recorded_at",)
    fields = readonly_fields = ("kind", "whom", "channel", "what_for", "from_whom", "reason", "medium", "campaign",
                                "partner", "taken_by", "occurred_at", "recorded_at")  # fmt: skip

    @admin.display(description=_("came by"))
    def through(self, event: OptOutEvent) -> str:
        """How it reached us, and through whom or which campaign."""
        parts = [event.get_medium_display(), event.partner, event.actor, event.campaign]
        return " · ".join(str(part) for part in parts if part)

    @admin.display(description=_("taken by"))
    def taken_by(self, event: OptOutEvent) -> str:
        """Their name: most who read this may not open the page about a member of staff."""
        return str(event.actor or "—")

    @admin.display(description=_("said at"))
    def said(self, event: OptOutEvent) -> str:
        """In short."""
        return _short(event.occurred_at)


@admin.register(Resubscription)
class ResubscriptionAdmin(ScopeAdmin):
    """Every confirmed wish to receive something again."""

    export_resource = ResubscriptionsResource
    list_display = ("address", "whom", "channel", "what_for", "from_whom", "asked", "confirmed")
    list_filter = (AddressFilter, RecordedLately)
    ordering = ("-recorded_at",)
    fields = readonly_fields = ("kind", "whom", "channel", "what_for", "from_whom", "asked_at", "confirmed_at",
                                "recorded_at")  # fmt: skip

    @admin.display(description=_("asked for"))
    def asked(self, row: Resubscription) -> str:
        """In short."""
        return _short(row.asked_at)

    @admin.display(description=_("confirmed"))
    def confirmed(self, row: Resubscription) -> str:
        """In short."""
        return _short(row.confirmed_at)


@admin.register(InboundMessage)
class InboundMessageAdmin(ScopeAdmin):
    """SMS replies that somebody has to read. Texts are on their own pages only."""

    export_resource = RepliesResource
    list_display = ("reference", "masked", "whom", "received", "condition", "came_through", "handled_by")
    list_display_links = ("reference",)
    list_filter = ("state",)
    list_select_related = ("handled_by",)
    list_before_template = None
    ordering = ("-received_at",)

    @admin.display(description=_("reply"))
    def reference(self, reply: InboundMessage) -> str:
        """`S-12`."""
        return str(reply)

    @admin.display(description=_("from"))
    def masked(self, reply: InboundMessage) -> str:
        """The number, masked."""
        return replies.masked(reply)

    @admin.display(description=_("received"))
    def received(self, reply: InboundMessage) -> str:
        """In short."""
        return _short(reply.received_at)

    @display(
        description=_("state"),
        label={MessageState.OPEN: "warning", MessageState.TAKEN: "success", MessageState.NOTHING: ""},
    )  # type: ignore[untyped-decorator]
    def condition(self, reply: InboundMessage) -> tuple[str, str]:
        """A badge."""
        return reply.state, reply.get_state_display()

    @admin.display(description=_("came through"))
    def came_through(self, reply: InboundMessage) -> str:
        """The gateway or file, and the number it was sent to."""
        return " · ".join(filter(None, (reply.source, reply.sent_to)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The reply's page."""
        return replies.page(request, _key(object_id))

    def get_urls(self) -> list[URLPattern]:
        """What is done about a reply."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/take/", wrap(replies.take), name="optouts_inboundmessage_take"),
            path("<int:pk>/settle/", wrap(replies.settle), name="optouts_inboundmessage_settle"),
        ]
        return [*own, *ReadOnlyAdmin.get_urls(self)]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Who is let in at the API."""

    export_resource = TokensResource
    list_display = ("prefix", "owner", "scope", "condition", "last_used_on", "expires_on", "made_by", "made_at")
    list_filter = ("scope",)
    list_select_related = ("owner", "made_by")
    ordering = ("-made_at",)
    sortable_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may let a system in."""
        return request.user.has_perm(tokens.MAY_MANAGE)

    @display(description=_("state"), label={"works": "success", "over": "", "revoked": "danger"})  # type: ignore[untyped-decorator]
    def condition(self, token: ApiToken) -> tuple[str, Any]:
        """A badge."""
        return token.condition, token.condition_title

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The token's page."""
        return tokens.page(request, _key(object_id))

    def get_urls(self) -> list[URLPattern]:
        """Making and revoking, before Django's own."""
        wrap = self.admin_site.admin_view
        own = [
            path("add/", wrap(tokens.make), name="optouts_apitoken_add"),
            path("<int:pk>/revoke/", wrap(tokens.revoke), name="optouts_apitoken_revoke"),
        ]
        return [*own, *super().get_urls()]
