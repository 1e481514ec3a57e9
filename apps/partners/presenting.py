"""Uses, recipients and retention periods in the words of the desk."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.partners.choices import CountedFrom, Unit
from apps.partners.models import Partner, Processing, Recipient, Retention


def _so_long(amount: int, unit: str) -> str:
    if unit == Unit.DAY:
        return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
    if unit == Unit.MONTH:
        return ngettext("%(n)d month", "%(n)d months", amount) % {"n": amount}
    return ngettext("%(n)d year", "%(n)d years", amount) % {"n": amount}


def period(retention: Retention | None) -> str:
    """`3 years from the end of the contract`; that it has no end; that nobody has set one."""
    if retention is None:
        return _("not set")
    if retention.endless:
        return _("without an end")
    counted = str(CountedFrom(retention.counted_from).label)
    if not retention.amount:
        return _("at once %(from)s") % {"from": counted}
    return _("%(time)s %(from)s") % {"time": _so_long(retention.amount, retention.unit), "from": counted}


def stands_on(row: Processing | Retention | None) -> str:
    """`Law · Digital Code, Art. 114(4)`; empty for nothing."""
    return " · ".join(filter(None, (row.get_status_display(), row.reference))) if row else ""


def used_by(use: Processing) -> str:
    """The recipient's title; that it is the operator itself."""
    return use.recipient.title if use.recipient else _("The operator itself")


def given(use: Processing) -> str:
    """Whether a person has to give it for the purpose (P04); a dash for what goes on to a recipient."""
    if use.recipient_id:
        return "—"
    return _("mandatory") if use.mandatory else _("voluntary")


def route(recipient: Recipient) -> str:
    """How an erasure reaches it."""
    return str(recipient.get_route_display()) if recipient.has_route else capfirst(pgettext("erasure route", "none"))


def operator_name() -> str:
    """The operator's name, as it is listed among the partners."""
    return str(Partner.objects.values_list("name", flat=True).get(code=Partner.OPERATOR))
