"""Re-encrypting stored values and files with the first key, so that an older one can be taken away."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from apps.core.fields import CiphertextField, EncryptedField
from apps.core.files import MAGIC, Damaged, EncryptedWriter, delete, open_stored, path_of
from apps.core.keyring import Undecryptable, keyring

Sealed = EncryptedField | CiphertextField

ROWS_AT_ONCE = 1000
# Where a stored file's first frame begins, with the id of its key: behind the magic, the file's id and a length.
_KEY_AT = len(MAGIC) + 16 + 4

# Rows whose first byte, the key's id, is not that of the first key; the next ones in the order of their primary keys.
_NEXT = sql.SQL(
    "SELECT {pk}, {column} FROM {table}"
    " WHERE (%(after)s::{type} IS NULL OR {pk} > %(after)s::{type})"
    " AND substring({column} FROM 1 FOR 1) <> %(current)s::bytea ORDER BY {pk} LIMIT %(limit)s"
)
# Only where nobody wrote another value in the meantime: that one is the newer.
_REPLACE = sql.SQL(
    "UPDATE {table} SET {column} = new.value"
    " FROM unnest(%s::{type}[], %s::bytea[], %s::bytea[]) AS new (pk, was, value)"
    " WHERE {table}.{pk} = new.pk AND {table}.{column} = new.was"
)
_LEFT = sql.SQL("SELECT count(*) FROM {table} WHERE substring({column} FROM 1 FOR 1) <> %(current)s::bytea")


@dataclass
class Figures:
    """What became of one column, or of the stored files: values re-encrypted, values that no key opens, and
    values not under the first key afterwards.
    """

    place: str
    rotated: int = 0
    unreadable: int = 0
    left: int = 0


def encrypted_fields() -> Iterator[Sealed]:
    """Every column of every table that keeps ciphertext, in the order of the apps."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from (field for field in model._meta.local_concrete_fields if isinstance(field, Sealed))


def rotate_all() -> Iterator[Figures]:
    """Rotate every column, then the stored files, giving the figures of each when it is done."""
    yield from (rotate(field) for field in encrypted_fields())
    yield rotate_files()


def rotate(field: Sealed, *, rows_at_once: int = ROWS_AT_ONCE) -> Figures:
    """Re-encrypt what is not under the first key, a batch of rows a transaction; may be stopped and run again.

    `left` counts what is not current at the end: unreadable values, and those that a process with older settings wrote
    meanwhile.
    """
    figures = Figures(f"{field.model._meta.db_table}.{field.column}")
    after: Any = None
    while rows := _fetch(_statement(_NEXT, field), {**_current(), "after": after, "limit": rows_at_once}):
        after = rows[-1][0]
        _replace(field, rows, figures)
    figures.left = _fetch(_statement(_LEFT, field), _current())[0][0]
    return figures


def _replace(field: Sealed, rows: list[tuple[Any, bytes]], figures: Figures) -> None:
    keys, old, new = [], [], []
    for key, sealed in rows:
        try:
            plain = keyring().decrypt(bytes(sealed), field.place)
        except Undecryptable:
            figures.unreadable += 1
            continue
        keys.append(key)
        old.append(bytes(sealed))
        new.append(keyring().encrypt(plain, field.place))
    with connection.cursor() as cursor:
        cursor.execute(_statement(_REPLACE, field), [keys, old, new])
        figures.rotated += cursor.rowcount


def _current() -> dict[str, Any]:
    return {"current": keyring().current_prefix}


def _fetch(statement: sql.Composed, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _statement(template: sql.SQL, field: Sealed) -> sql.Composed:
    key = field.model._meta.pk
    return template.format(
        table=sql.Identifier(field.model._meta.db_table),
        column=sql.Identifier(str(field.column)),
        pk=sql.Identifier(str(key.column)),
        type=sql.SQL(str(key.rel_db_type(connection))),
    )


def rotate_files() -> Figures:
    """Re-encrypt stored files that are not under the first key, each under its own name and in one step.

    To be run while no job works on files: one that is being written reads as unreadable.
    """
    figures = Figures("stored files")
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        name = str(path.relative_to(settings.MEDIA_ROOT))
        if path.is_file() and _is_old(path):
            try:
                figures.rotated += _rotate_file(name)
            except (Damaged, FileNotFoundError):
                figures.unreadable += path.exists()
    figures.left = figures.unreadable
    return figures


def _is_old(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_KEY_AT + 1)
    return head.startswith(MAGIC) and head[_KEY_AT:] != keyring().current_prefix


def _rotate_file(name: str) -> bool:
    with open_stored(name) as old, EncryptedWriter(str(Path(name).parent)) as new:
        shutil.copyfileobj(old, new)
    if not path_of(name).exists():  # destroyed meanwhile, and so it stays
        delete(new.name)
        return False
    path_of(new.name).replace(path_of(name))
    return True
