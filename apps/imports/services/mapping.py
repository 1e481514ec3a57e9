"""Saying what the columns of a file hold: asked where it can't be told, kept for the partner's next file."""

import json
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.keyring import keyring
from apps.imports import actions
from apps.imports.choices import ColumnStyle, Phase, Status
from apps.imports.engine import formats
from apps.imports.engine.layout import Layout, refuse_plain_list
from apps.imports.engine.refusals import Refused
from apps.imports.engine.resources import RESOURCES
from apps.imports.engine.understanding import Unmapped, missing_columns
from apps.imports.models import Batch, Profile
from apps.imports.services.deciding import locked
from apps.imports.services.progressing import begin, hold

MAPPABLE = (Status.MAPPING, Status.READY)


def mappable(batch: Batch) -> bool:
    """Whether somebody may say now what the columns hold: not of a provider's file, nor of one without titles."""
    return batch.status in MAPPABLE and batch.layout.get("format") == formats.GENERIC.code


def _header_digest(titles: Sequence[str]) -> str:
    return keyring().digest("header", json.dumps(list(titles), ensure_ascii=False)).hex()


def known_columns(batch: Batch, layout: Layout) -> Layout:
    """The layout as somebody explained this header before; unchanged where nobody did."""
    if layout.format != formats.GENERIC.code:
        return layout
    digest = _header_digest(layout.titles)
    profile = Profile.objects.filter(partner=batch.partner, kind=batch.kind, header_digest=digest).first()
    batch.profile = profile
    batch.save(update_fields=["profile"])
    return explained(layout, profile.mapping["fields"], profile.mapping["styles"]) if profile else layout


def explained(layout: Layout, fields: Sequence[str], styles: Sequence[str]) -> Layout:
    """The layout with what somebody said of each column."""
    return replace(layout, fields=tuple(fields), styles=tuple(styles), asks=(), decided=True)


@transaction.atomic
def wait_for_columns(*, batch: Batch, unmapped: Unmapped) -> Batch:
    """Keep the file until somebody says what its columns hold. Nothing of it was stored. Raises Stopped."""
    hold(batch)
    batch.rows.all().delete()
    batch.status, batch.layout, batch.refusal = Status.MAPPING, unmapped.layout.to_json(), unmapped.to_json()
    batch.rows_total = batch.rows_done = 0
    batch.save()
    record(batch.created_by, actions.ASKED, batch, code=unmapped.code, columns=sum(map(bool, unmapped.layout.asks)))
    return batch


@transaction.atomic
def map_columns(*, actor: User | None, batch_id: int, fields: Sequence[str], styles: Sequence[str]) -> Batch:
    """Say of each column which field it is (empty: ignored) and how it writes; the caller queues the reading.

    The partner's next file with this header is read by it. Raises Refused when the file could not be taken so,
    NotPossible, PermissionDenied.
    """
    if actor is not None:
        require(actor, "imports.confirm_batch")
    batch = locked(batch_id, *MAPPABLE)
    layout = Layout.from_json(batch.layout)
    _require_sense(layout, batch.kind, fields, styles)
    batch.profile, _made = Profile.objects.update_or_create(
        partner=batch.partner, kind=batch.kind, header_digest=_header_digest(layout.titles),
        defaults={"mapping": {"fields": [*fields], "styles": [*styles]}, "made_by": actor, "made_at": clock.now()},
    )  # fmt: skip
    batch.status, batch.refusal, batch.rows_done, batch.rows_total = Status.UPLOADED, None, 0, 0
    batch.figures, batch.reasons, batch.preview = {}, {}, {}
    begin(batch, Phase.WAITING)
    batch.save()
    record(actor, actions.MAPPED, batch, columns=sum(map(bool, fields)), ignored=sum(not field for field in fields))
    return batch


def _require_sense(layout: Layout, kind: str, fields: Sequence[str], styles: Sequence[str]) -> None:
    columns = RESOURCES[kind].columns()
    if layout.format != formats.GENERIC.code or not len(fields) == len(styles) == len(layout.titles):
        raise Refused("columns-changed")
    if not set(fields) <= {"", *columns} or not set(styles) <= {"", *ColumnStyle.values}:
        raise Refused("columns-changed")
    twice = [t for t, field in zip(layout.titles, fields, strict=True) if field and [*fields].count(field) > 1]
    if twice:
        raise Refused("columns-twice", columns=twice)
    if not any(columns[field].identifies for field in fields if field):
        raise Refused("no-identifier-column")
    if missing := missing_columns(kind, fields):
        raise Refused("columns-missing", columns=missing)
    refuse_plain_list(explained(layout, fields, styles), kind)
