"""One row of a file as it goes into the staging table."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any


@dataclass(slots=True)
class Staged:
    """The columns of `imports.StagedRow`, filled in Python; values and payloads are sealed for where they will lie."""

    batch_id: int
    number: int
    line: int
    verdict: str = ""
    reason: str = ""
    warnings: list[list[str]] = field(default_factory=list)
    raw: bytes | None = None
    token: bytes | None = None
    card: bytes | None = None
    phone: bytes | None = None
    email: bytes | None = None
    token_value: bytes | None = None
    card_value: bytes | None = None
    phone_value: bytes | None = None
    email_value: bytes | None = None
    nameless: bool = False
    language: str = ""
    identity: bytes | None = None
    identity_digest: bytes | None = None
    address: bytes | None = None
    address_digest: bytes | None = None
    points: bytes | None = None
    points_digest: bytes | None = None
    purchases: bytes | None = None
    purchases_digest: bytes | None = None
    channel: str = ""
    purpose: str = ""
    optout_reason: str = ""
    occurred_at: datetime | None = None
    campaign: str = ""
    note: bytes | None = None


COLUMNS: tuple[str, ...] = tuple(f.name for f in fields(Staged))
values_of = attrgetter(*COLUMNS)


def copy_values(staged: Staged, warnings: Any) -> tuple[Any, ...]:
    """The row for COPY in the order of COLUMNS; `warnings` as the driver takes JSON."""
    row: list[Any] = list(values_of(staged))
    row[5] = warnings
    return tuple(row)
