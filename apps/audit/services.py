"""Recording what was done."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from apps.accounts.models import User
from apps.audit.models import Entry
from apps.audit.registry import Action, registry

MAX_FACT_LENGTH = 80
AT_ONCE = 1_000
# Written out: whoever opens a link waits for it, and the ORM takes as long to say it as the database to do it.
_ADD = """
    INSERT INTO audit_entry (at, actor_id, action, target_type, target_id, facts)
    SELECT e.at, e.actor_id, e.action, e.target_type, e.target_id, e.facts::jsonb
    FROM unnest(%s::timestamptz[], %s::bigint[], %s::varchar[], %s::varchar[], %s::bigint[], %s::text[])
        AS e(at, actor_id, action, target_type, target_id, facts)
"""


class Unrecordable(Exception):
    """An action that nobody registered, or a fact that its action does not declare: an error in our code."""


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, str) and len(value) <= MAX_FACT_LENGTH:
        return str(value)
    raise Unrecordable(f"The fact {name} is neither a code, a date, a number nor a list of them.")


def record(actor: User | None, action: Action, target: Model | type[Model], /, **facts: Any) -> Entry:
    """Add an entry in the transaction of the change that it tells of.

    `actor` is None for what the public or the system did; `target` is an object, or a model for what concerns many.
    Facts hold codes, dates, counts and names of changed fields, never a value. Raises Unrecordable.
    """
    entry = prepare(actor, action, target, **facts)
    entry.save(force_insert=True)
    return entry


def record_all(entries: Iterable[Entry]) -> None:
    """Add what `prepare` made, in one statement for a thousand of them; they don't learn their numbers."""
    stream = iter(entries)
    while block := list(islice(stream, AT_ONCE)):
        rows = ((e.at, e.actor_id, e.action, e.target_type, e.target_id, json.dumps(e.facts)) for e in block)
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def prepare(actor: User | None, action: Action, target: Model | type[Model], /, **facts: Any) -> Entry:
    """The entry that `record` adds, for `record_all` to add with others. Raises Unrecordable."""
    if action not in registry:
        raise Unrecordable(f"The action {action.code} is not registered.")
    undeclared = facts.keys() - action.facts
    if undeclared:
        raise Unrecordable(f"{action.code} does not declare the facts {', '.join(sorted(undeclared))}.")
    if not transaction.get_connection().in_atomic_block:
        raise Unrecordable(f"{action.code} must be recorded in the transaction of its change.")
    return Entry(
        actor=actor,
        action=action.code,
        target_type=target._meta.label_lower,
        target_id=getattr(target, "pk", None) if isinstance(target, Model) else None,
        facts={name: _plain(name, value) for name, value in facts.items()},
    )
