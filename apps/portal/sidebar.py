"""The sidebar: what each role may reach, in the order in which the staff needs it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Item:
    """A page, by the name of its address; shown to whoever has `permission`, to everybody where there is none."""

    title: Promise
    icon: str
    page: str
    permission: str = ""


GROUPS: tuple[tuple[Promise | None, tuple[Item, ...]], ...] = (
    (
        None,
        (
            Item(_("Start"), "home", "admin:index"),
            Item(_("Inbox"), "inbox", "admin:cases_case_changelist", "cases.view_case"),
            Item(
                _("Take in a request"),
                "support_agent",
                "admin:support_supportrequest_add",
                "support.add_supportrequest",
            ),
            Item(_("E-mail taken in"), "mail", "admin:support_mailrun_changelist", "support.view_mailrun"),
            Item(_("Find a person"), "person_search", "admin:subjects_find", "subjects.view_subject"),
            Item(_("Take an opt-out"), "phone_disabled", "admin:optouts_take", "optouts.take_optout"),
        ),
    ),
    (
        _("People"),
        (
            Item(_("People"), "group", "admin:subjects_subject_changelist", "subjects.view_subject"),
            Item(_("Suppressions"), "block", "admin:optouts_suppression_changelist", "optouts.view_suppression"),
            Item(_("SMS replies"), "sms", "admin:optouts_inboundmessage_changelist", "optouts.view_inboundmessage"),
            Item(_("Opt-out events"), "history", "admin:optouts_optoutevent_changelist", "optouts.view_optoutevent"),
            Item(
                _("Resubscriptions"), "undo", "admin:optouts_resubscription_changelist", "optouts.view_resubscription"
            ),
            Item(_("Consents"), "handshake", "admin:consents_consentevent_changelist", "consents.view_consentevent"),
            Item(_("Check a consent record"), "verified", "admin:consents_verify", "consents.view_consentevent"),
            Item(_("Re-consent"), "published_with_changes", "admin:consents_reconsent", "consents.view_consentfigure"),
            Item(_("Consents in figures"), "bar_chart", "admin:consents_figures", "consents.view_consentfigure"),
            Item(_("Opt-outs from a list"), "playlist_remove", "admin:optouts_many", "optouts.take_many"),
            Item(_("Opt-outs in figures"), "monitoring", "admin:optouts_figures", "optouts.view_optoutevent"),
            Item(_("Check a message"), "mark_email_read", "admin:optouts_message", "optouts.check_message"),
        ),
    ),
    (
        _("Campaigns"),
        (
            Item(_("Campaigns"), "campaign", "admin:campaigns_campaign_changelist", "campaigns.view_campaign"),
            Item(_("Why did I get this?"), "contact_support", "admin:campaigns_why", "campaigns.ask_why"),
            Item(_("Hashed lists"), "tag", "admin:campaigns_salts", "campaigns.exchange_hashes"),
        ),
    ),
    (
        _("Partners"),
        (
            Item(_("Files"), "upload_file", "admin:imports_batch_changelist", "imports.view_batch"),
            Item(_("Conflicts"), "call_split", "admin:imports_conflict_changelist", "imports.settle_conflict"),
            Item(_("Partners"), "storefront", "admin:partners_partner_changelist", "partners.view_partner"),
        ),
    ),
    (
        _("Registers"),
        (
            Item(_("Policy"), "policy", "admin:policies_policydocument_changelist", "policies.view_policydocument"),
            Item(
                _("Record of processing"),
                "account_tree",
                "admin:partners_processing_record",
                "partners.view_processing",
            ),
            Item(_("Recipients"), "outbound", "admin:partners_recipient_changelist", "partners.view_recipient"),
            Item(
                _("Data categories"), "category", "admin:policies_datacategory_changelist", "policies.view_datacategory"
            ),
            Item(_("Reply templates"), "drafts", "admin:cases_replytemplate_changelist", "cases.view_replytemplate"),
            Item(_("Deadlines"), "timer", "admin:policies_deadlinerule_changelist", "policies.view_deadlinerule"),
            Item(
                _("Working calendar"),
                "calendar_month",
                "admin:policies_calendarday_changelist",
                "policies.view_calendarday",
            ),
            Item(_("Purposes"), "target", "admin:policies_purpose_changelist", "policies.view_purpose"),
            Item(_("Emptied cases"), "auto_delete", "admin:cases_case_emptied", "cases.view_case"),
            Item(_("Audit"), "fact_check", "admin:audit_entry_changelist", "audit.view_entry"),
            Item(_("API tokens"), "key", "admin:optouts_apitoken_changelist", "optouts.view_apitoken"),
            Item(_("Exports"), "download", "admin:exports_export_changelist", "exports.view_export"),
            Item(_("Staff"), "badge", "admin:accounts_user_changelist", "accounts.view_user"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups and items that this member of staff may see; the page they are on is marked."""
    groups = [(title, [_entry(item) for item in items if _allowed(request, item)]) for title, items in GROUPS]
    here = _nearest(request.path, [entry["link"] for _title, entries in groups for entry in entries])
    for _title, entries in groups:
        for entry in entries:
            entry["active"] = entry["link"] == here
    return [{"title": title, "separator": bool(title), "items": entries} for title, entries in groups if entries]


def _allowed(request: HttpRequest, item: Item) -> bool:
    return not item.permission or request.user.has_perm(item.permission)


def _entry(item: Item) -> dict[str, Any]:
    return {"title": item.title, "icon": item.icon, "link": reverse(item.page)}


def _nearest(path: str, links: list[str]) -> str:
    """The longest link that the path lies under; the start page only for itself."""
    start = reverse("admin:index")
    under = [link for link in links if path == link or (link != start and path.startswith(link))]
    return max(under, key=len, default="")
