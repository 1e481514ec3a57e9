"""Why a list can't be scrubbed, beside the reasons for which no file is taken, said in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.imports.engine.refusals import Refused, file_message

LIST_REASONS: dict[str, str | Promise] = {
    "no-address": _("No column holds addresses that this channel reaches. Columns: %(columns)s. Name the one to use."),
    "two-addresses": _("More than one column may hold the addresses: %(columns)s. Name the one to use."),
    "no-column": _("There is no column “%(column)s”. Columns: %(columns)s."),
    "no-hashes": _("No column holds SHA-256 digests of 64 hexadecimal digits. Columns: %(columns)s. Name the one."),
    "has-links": _("The list has links already. Take these columns away: %(columns)s."),
    "no-salt": _("The partner has no salt yet. Make one first."),
}  # fmt: skip


class Unclear(Refused):
    """A list that may well be good once somebody says which column holds the addresses."""


def list_message(refusal: Mapping[str, Any]) -> str:
    """What to tell the reader about a campaign's `refusal`."""
    reason = LIST_REASONS.get(refusal["code"])
    if reason is None:
        return file_message(refusal)
    params = {name: ", ".join(value) if isinstance(value, list) else value for name, value in refusal["params"].items()}
    return str(reason) % params
