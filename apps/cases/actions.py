"""What is recorded of cases. The target is always the case itself, whatever its kind: its entries are its history."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import Codes, name_facts, register
from apps.cases.choices import CameBy, Delivery, LinkKind, Method, Occasion, PaperKind, Priority, Stage
from apps.cases.justifications import RefusalReason
from apps.cases.kinds import reason_title, state_title, step_title, topic_title
from apps.policies.choices import Deadline, LawStatus


def _shown(moment: str | None) -> str:
    """A moment in ISO 8601 for a reader; a dash where there is none, for example while the clock stands."""
    if not moment:
        return "—"
    return str(date_format(localtime(datetime.fromisoformat(moment)), "SHORT_DATETIME_FORMAT"))


def _priority(value: object) -> str:
    return str(Priority(int(str(value))).label)


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


_DUE: dict[str, Codes] = {"due": _shown}

OPENED = register(
    "cases.open", _("Case opened"), rule=Deadline, topic=topic_title, came_by=CameBy, received=_shown, **_DUE
)
MOVED = register("cases.move", _("Step taken"), step=step_title, state=state_title, step_reason=reason_title, **_DUE)
RETOPICED = register(
    "cases.retopic", _("Case is about something else"), rule=Deadline, topic=topic_title, was=topic_title, **_DUE
)
STRIPPED = register("cases.strip", _("Closed cases emptied"), "cases", "messages", "notes", "files", period=_shown)
ASSIGNED = register("cases.assign", _("Case assigned"), "assignee")
PRIORITISED = register("cases.prioritise", _("Priority changed"), priority=_priority)
EXTENDED = register("cases.extend", _("Term extended"), "days", **_DUE)
RECOUNTED = register("cases.recount", _("Due date counted anew"), **_DUE)
NOTED = register("cases.note", _("Note added"))
MESSAGE_IN = register("cases.message-in", _("Message of the person added"), came_by=CameBy)
MESSAGE_OUT = register("cases.message-out", _("Message to the person"), way=CameBy)
DELIVERED = register("cases.deliver", _("Message handed over"), way=CameBy, delivery=Delivery)
ATTACHED = register("cases.attach", _("File attached"), "file_type", "bytes", "attachment")
DETACHED = register("cases.detach", _("Attached file destroyed"), "file_type", "attachment")
DOWNLOADED = register("cases.download", _("Attached file opened"), "attachment")
READ = register("cases.read", _("Texts of the case shown"), "minutes")
LINKED = register("cases.link", _("Linked with another case"), "other", link=LinkKind)
UNLINKED = register("cases.unlink", _("Link with another case removed"), "other", link=LinkKind)
CONCERNS = register("cases.concern", _("Person of the case named"), "whom")
FOLLOWED = register("cases.follow", _("Cases moved here by a merge"), "cases", "person")
REFUSED = register("cases.refuse", _("Refused"), refused_for=RefusalReason, rests_on=LawStatus)
TEMPLATE_SET = register(
    "cases.set-template", _("Reply template changed"), "version", "retired",
    occasion=Occasion, topic=topic_title, language=_language,
)  # fmt: skip
FILTER_SAVED = register("cases.save-filter", _("Filter of the inbox saved"))
FILTER_DROPPED = register("cases.drop-filter", _("Filter of the inbox deleted"))
REMINDED = register("cases.remind", _("Reminder sent"), "people", stage=Stage, **_DUE)
CODE_ASKED = register("cases.send-code", _("Code asked for"), method=Method)
CODE_SENT = register("cases.code-sent", _("Code handed over"), method=Method, delivery=Delivery)
CODE_WRONG = register("cases.wrong-code", _("Wrong code"), "tries", method=Method)
UNPROVEN = register("cases.unproven", _("Token that is not the person's"), method=Method)
VERIFIED = register("cases.verify", _("Person verified"), method=Method, papers=PaperKind)
name_facts(
    method=_("how"), tries=_("tries"), papers=_("papers"),
    rule=_("deadline rule"), way=_("way"), topic=_("about"), came_by=_("came by"), received=_("received"), due=_("due"),
    step=_("step"), state=_("state"), step_reason=_("reason"), assignee=_("assigned to"), priority=_("priority"),
    days=_("days"), delivery=_("delivery"), file_type=_("type of file"), bytes=_("bytes"), attachment=_("file"),
    minutes=_("minutes"), other=_("other case"), link=pgettext_lazy("between cases", "link"), whom=_("person"),
    cases=_("cases"), people=pgettext_lazy("how many", "people"), stage=_("occasion"), refused_for=_("reason"),
    occasion=_("for"), language=_("language"), version=_("version"), retired=_("no longer used"), was=_("was about"),
    messages=_("messages"), notes=_("notes"), files=_("files"), period=_("closed before"),
)  # fmt: skip
