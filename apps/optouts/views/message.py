"""Checking a sample message: it is looked at while the request lasts, and neither stored nor logged."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.optouts.choices import Result
from apps.optouts.forms import MessageForm
from apps.optouts.services.links import Link
from apps.optouts.services.message.headers import LIST, POST
from apps.optouts.services.message.rules import Report, Rule, check_message
from apps.optouts.services.message.texts import RULES, finding_text
from apps.optouts.titles import purpose_title, sender_title
from apps.optouts.uploads import HeadUploadHandler
from apps.subjects.views.desk import desk_page, staff

ICONS = {
    Result.PASSED: "check_circle", Result.FAILED: "cancel", Result.UNSURE: "help", Result.IDLE: "do_not_disturb_on",
}  # fmt: skip


@never_cache
@csrf_exempt  # the check reads the body, so that it has to come after the handler that keeps it off the disk
def check(request: HttpRequest) -> HttpResponse:
    """The form, and below it what a message that was given passes."""
    staff(request, "optouts.check_message")
    request.upload_handlers = [HeadUploadHandler(request)]
    return _form(request)


@csrf_protect
def _form(request: HttpRequest) -> HttpResponse:
    form = MessageForm(request.POST or None, request.FILES or None)
    title = _("Check a message")
    context: dict[str, Any] = {"title": title, "form": form, "opts": None}
    if form.is_valid():
        report = check_message(form.raw(), service=form.is_service())
        # What was pasted is not sent back.
        context |= {"form": MessageForm(initial={"kind": form.cleaned_data["kind"]}), **_shown(report)}
    return desk_page(request, "optouts/message.html", context, status=400 if form.errors else 200)


def _shown(report: Report) -> dict[str, Any]:
    covers = [
        {"signature": one, "coverage": [(name, name in one.covered) for name in (LIST, POST)]}
        for one in report.signatures
    ]
    rules = [_rule(rule) for rule in report.rules]
    return {"report": report, "rules": rules, "signatures": covers, "stops": _stops(report.link)}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "number": rule.number, "title": RULES[rule.number], "result": rule.result, "icon": ICONS[rule.result],
        "findings": [finding_text(finding) for finding in rule.findings], "text": "\n".join(rule.lines),
        "remove": rule.remove,
    }  # fmt: skip


def _stops(link: Link | None) -> dict[str, str] | None:
    """What the link in the message stops, in words."""
    if link is None:
        return None
    return {
        "whom": link.masked, "purpose": purpose_title(link.purpose), "sender": sender_title(link.sender),
        "campaign": link.campaign,
    }  # fmt: skip
