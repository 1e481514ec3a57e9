"""Every reason for which a file, a row or a value is not taken, by code, said in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

Message = str | Promise

# A file is refused whole. Placeholders are filled from the refusal's parameters.
FILE_REASONS: dict[str, Message] = {
    "empty": _("The file is empty."),
    "no-rows": _("The file has a header and no rows below it."),
    "too-big": _("The file is larger than %(limit)s MB. Split it and upload the parts."),
    "spreadsheet": _("This kind of workbook can't be read. Save it as .xlsx or CSV and upload that."),
    "workbook-old": _("This is an old Excel workbook (.xls). Save it as .xlsx or CSV and upload that."),
    "workbook-encrypted": _("The workbook is locked with a password. Save it without one and upload that."),
    "workbook-broken": _("The workbook is damaged. Open it in Excel, save it again as .xlsx or CSV and upload that."),
    "workbook-bomb": _("The workbook unpacks to far more than it should. Save it as CSV and upload that."),
    "workbook-too-big": _("The workbook is larger than what can be opened (%(limit)s MB). Save it as CSV."),
    "not-text": _("This is not a text file. Upload a CSV file or an Excel workbook (.xlsx)."),
    "encoding": _("The file's letters can't be read. Save it as CSV in UTF-8 and upload that."),
    "unclosed-quote": _("A quotation mark opened on line %(line)s is never closed. Close it or take it away."),
    "broken-quote": _("The quotation marks on line %(line)s don't fit together. Put them right there."),
    "cell-too-long": _("A cell on line %(line)s is longer than %(limit)s characters."),
    "line-too-long": _("Line %(line)s is longer than %(limit)s characters. Is this a CSV file?"),
    "too-many-columns": _("The file has more than %(limit)s columns."),
    "no-header": _("No line with the names of the columns was found. Put one first, for example: phone;full name."),
    "no-identifier-column": _("No column could identify a person: phone, e-mail, token or card. Add one of them."),
    "columns-unnamed": _("No title says which column identifies a person. Say what the columns hold."),
    "columns-unknown": _("These columns look as if they could identify a person: %(columns)s. Say what they hold."),
    "styles-open": _("These columns can be read in two ways: %(columns)s. Say how they are written."),
    "columns-changed": _("The file has other columns than those that were answered for. Open the page again."),
    "columns-missing": _(
        "No column gives what every row needs: %(columns)s. Say which one does, or add it to the file."
    ),
    "columns-twice": _("Two columns mean the same: %(columns)s. Leave one of them."),
    "device-ids": _(
        "Device identifiers may not stand beside a person (promise P13). Take these columns out: %(columns)s."
    ),
    "not-optouts": _("This is a list of people who did not opt out. Export those who unsubscribed."),
    "ambiguous": _("Nothing in the file says that these people opted out: add a column with channel, date or reason."),
    "two-formats": _("The columns fit more than one provider's file: %(formats)s. Add or rename a column."),
    "damaged": _("The stored file was damaged. Upload it again."),
}

# What should be known of a file that is taken.
FILE_NOTES: dict[str, Message] = {
    "other-sheets": _("Only the first sheet is read. Other sheets with something in them: %(count)s."),
    "consents-undated": _(
        "Rows that say yes without saying when: %(count)s. They are not recorded as consents: without a moment nobody"
        " can prove one. A no without a date counts from when the file came."
    ),
}

# Why a row did not go in, or went in as it did.
ROW_REASONS: dict[str, Message] = {
    "no-identifier": _("No usable phone, e-mail, token or card"),
    "names-nobody": _("A card's number alone, of nobody known"),
    "phone-destroyed": _("The phone number was destroyed by a spreadsheet (9,96555E+11)"),
    "cells": _("More or fewer cells than the header has"),
    "under-12": _("Under 12 on the day of the import"),
    "repeated": _("A later row is about the same person"),
    "repeated-optout": _("An earlier row says the same"),
    "same-person": _("A later row leads to the same person by another identifier"),
    "shared-in-file": _("A later row with another token, card or phone has the same identifier"),
    "two-people": _("The identifiers belong to different people"),
    "other-token": _("The person already has another token"),
    "other-phone": _("Only the e-mail is known, and of somebody with another phone, token or card"),
    "restricted": _("The person's data is blocked"),
    "soft-bounce": _("The address exists: a passing failure is no opt-out"),
    "not-an-optout": _("The row does not speak of an opt-out"),
    "left": _("Left out when the merge was ended early"),
    "status-unknown": _("The word for the status is not known"),
    "no-moment": _("No date and time of the event that can be read"),
    "future-moment": _("The event lies in the future"),
    "kind-unknown": _("The word for the kind of activity is not known"),
    "no-kind": _("Nothing says what kind of activity this is"),
    "two-kinds": _("The filled columns speak of more than one kind of activity"),
    "no-activity": _("Nothing is said of the event but its time"),
    "no-coordinates": _("No usable latitude and longitude"),
    "nobody-known": _("Nobody is known by these identifiers"),
    "no-permission": _("No permission for exact geolocation carries this time"),
    "repeated-activity": _("A later row is about the same event"),
    "repeated-consent": _("An earlier row says the same"),
    "purpose-unknown": _("No purpose of the register has this code or title"),
    "state-unknown": _("The word for what was said is not known: given, refused or withdrawn"),
    "channel-unknown": _("The word for the channel is not known; a consent is taken for no more than was said"),
    "no-answer": _("Nothing was answered"),
    "no-end": _("The end of the consent can't be read; it would be taken for endless"),
    "ends-before": _("The consent ends before it was given"),
}

# Why a value was left out of a row that went in.
WARNINGS: dict[str, Message] = {
    "malformed": _("not a valid value"),
    "destroyed": _("destroyed by a spreadsheet"),
    "ambiguous": _("can be read in two ways"),
    "future": _("lies in the future"),
    "too-long": _("too long"),
    "taken": _("belongs to somebody else"),
    "location": _("an exact location in a column for something else"),
    "other-kind": _("not kept with this kind of activity"),
    "status-unknown": _("the word for its status is not known"),
    "edition-unknown": _("not an edition of the policy that was published"),
    "somebodys": _("holds a number or an address of somebody"),
}


class Refused(Exception):
    """The file is refused whole. `code` is a key of FILE_REASONS; `params` hold titles of columns, lines, limits."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def to_json(self) -> dict[str, Any]:
        """As kept by the batch."""
        return {"code": self.code, "params": self.params}


class RowRefused(Exception):
    """A row is not taken. `code` is a key of ROW_REASONS; `skipped` when there is nothing wrong with it."""

    def __init__(self, code: str, *, skipped: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.skipped = skipped


def file_message(refusal: Mapping[str, Any]) -> str:
    """What to tell the reader about a batch's `refusal`, or one of its `notes`."""
    params = {name: ", ".join(value) if isinstance(value, list) else value for name, value in refusal["params"].items()}
    return str({**FILE_REASONS, **FILE_NOTES}[refusal["code"]]) % params


def reason_message(code: str) -> str:
    """A key of a batch's `reasons` (`refused:code`, `warning:field:code`) or a row's reason, for the reader."""
    kind, _colon, rest = code.partition(":")
    if kind != "warning":
        return str(ROW_REASONS.get(rest or kind, rest or kind))
    field, _colon, code = rest.partition(":")
    return _now("%(field)s: %(problem)s") % {"field": field, "problem": WARNINGS.get(code, code)}
