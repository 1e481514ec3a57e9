"""How campaigns look on the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.functional import Promise

from apps.campaigns.choices import WHY_BY_CODE, Part, Why
from apps.campaigns.engine.lists import ListLayout, look_at
from apps.campaigns.engine.sources import open_list
from apps.campaigns.models import XLSX, Campaign, Send
from apps.campaigns.services.keeping import FILE_DAYS
from apps.campaigns.services.reading import part_of
from apps.campaigns.services.salting import salt_partner
from apps.core.files import open_stored
from apps.imports.engine.understanding import looks_like
from apps.imports.presenting import masked
from apps.optouts.titles import purpose_title, sender_title
from apps.partners.models import Partner
from apps.subjects.models import Identifier

MOST_LATE = 50
MOST_SAMPLES = 3


@dataclass(frozen=True)
class Segment:
    """A part's share of the rows."""

    part: str
    title: str | Promise
    rows: int


@dataclass(frozen=True)
class Download:
    """A part that can be taken away."""

    part: str
    title: str | Promise
    rows: int


@dataclass(frozen=True)
class ColumnToName:
    """A column that may hold the addresses: how it is called when it is chosen, and some of its values, masked."""

    name: str
    title: str
    values: list[str]


@dataclass(frozen=True)
class Late:
    """Somebody who got a message after their refusal: their reference where they are known, and the digest to look
    the refusal up by.
    """

    person: int | None
    kind: str | Promise
    digest: str
    refused_at: datetime


@dataclass(frozen=True)
class ShownSend:
    """A sending, and whom it should not have reached."""

    send: Send
    late: list[Late]


def segments(campaign: Campaign) -> list[Segment]:
    """Parts that have rows, in the order of the closed list."""
    return [Segment(part.value, part.label, rows) for part in Part if (rows := getattr(campaign, part.value))]


def reasons(campaign: Campaign) -> list[tuple[str, str | Promise, int]]:
    """(part, why, rows) of what does not stay, most frequent first."""
    counted = ((WHY_BY_CODE[code], rows) for code, rows in campaign.reasons.items() if code in WHY_BY_CODE)
    listed = [(part_of(why), why.label, rows) for why, rows in counted if why != Why.KEPT]
    return sorted(listed, key=lambda item: -item[2])


def downloads(campaign: Campaign) -> list[Download]:
    """Parts that are still there and have rows."""
    return [Download(s.part, s.title, s.rows) for s in segments(campaign) if s.part in campaign.files]


def files_until(campaign: Campaign) -> datetime | None:
    """When the rows are destroyed."""
    return campaign.finished_at + timedelta(days=FILE_DAYS) if campaign.finished_at and campaign.files else None


def scope_words(campaign: Campaign) -> dict[str, str]:
    """What the message is, in the reader's language."""
    partner = Partner.objects.filter(code=campaign.sender).first()
    return {
        "channel": campaign.get_channel_display(), "purpose": purpose_title(campaign.purpose),
        "sender": partner.name if partner else sender_title(campaign.sender),
    }  # fmt: skip


def salt_partner_name(campaign: Campaign) -> str:
    """Whose hashed list it is; empty for a plain one."""
    if campaign.salt is None:
        return ""
    code = salt_partner(campaign.salt)
    return Partner.objects.filter(code=code).values_list("name", flat=True).first() or code


def layout_facts(campaign: Campaign) -> dict[str, Any]:
    """How the list was read."""
    layout = ListLayout.from_json(campaign.layout)
    text = campaign.form != XLSX
    return {
        "encoding": campaign.encoding.removesuffix("-sig").upper() if text else "XLSX",
        "delimiter": {"\t": "Tab"}.get(layout.delimiter, layout.delimiter) if text else "",
        "columns": layout.contact_titles(),
    }


def columns_to_name(campaign: Campaign) -> list[ColumnToName]:
    """The columns of a list that waits for one to be named. Raises Refused, FileNotFoundError."""
    look = look_at(open_list(partial(open_stored, campaign.file)))
    return [
        ColumnToName(f"#{number}", title or f"#{number}", _samples(cells))
        for number, (title, cells) in enumerate(zip(look.titles, look.cells, strict=True), 1)
    ]


def _samples(cells: list[str]) -> list[str]:
    kind = looks_like(cells)
    filled = dict.fromkeys(cell for cell in cells if cell.strip())
    return [masked(kind, cell, hidden=False) for cell in list(filled)[:MOST_SAMPLES]]


def shown_sends(campaign: Campaign) -> list[ShownSend]:
    """Sendings, the latest first, with those whom they should not have reached."""
    sends = campaign.sends.select_related("actor", "noted_by").order_by("-sent_at")[:MOST_LATE]
    return [ShownSend(send, _late(send) if send.late else []) for send in sends]


def _late(send: Send) -> list[Late]:
    rows = list(send.late_addresses.order_by("pk")[:MOST_LATE])
    people = _people(bytes(row.digest) for row in rows)
    return [
        Late(people.get(bytes(row.digest)), row.get_kind_display(), bytes(row.digest).hex(), row.refused_at)
        for row in rows
    ]


def _people(digests: Iterable[bytes]) -> dict[bytes, int]:
    held = Identifier.objects.filter(digest__in=list(digests)).values_list("digest", "subject_id")
    return {bytes(digest): subject for digest, subject in held}
