"""Model fields whose values lie encrypted in the database."""

import json
from typing import Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.functional import Promise

from apps.core.keyring import keyring


class EncryptedField(models.Field):  # type: ignore[type-arg]
    """Base: plain value in Python, `bytea` of the keyring in the database, bound to its table and column.

    Not on forms unless `editable=True` says so. A table or column that is renamed has to be re-encrypted by the same
    migration: what was bound to the old name opens under no other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As Django's own field, with `editable` named where it differs from this class' default."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "editable": True} if self.editable else kwargs

    def get_internal_type(self) -> str:
        """What the database keeps: bytes."""
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """core.E006: what an index would compare are ciphertexts, and two of one value differ."""
        problems = super().check(**kwargs)
        if self.unique or self.db_index or self.primary_key:  # type: ignore[attr-defined]
            hint = "Keep a digest of the value beside it, and index that."
            problems.append(checks.Error("An encrypted field can't be indexed.", hint=hint, obj=self, id="core.E006"))
        return problems

    @property
    def place(self) -> bytes:
        """What the ciphertext is bound to: `b"table.column"`."""
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def to_bytes(self, value: Any) -> bytes:
        """The plain bytes of a Python value."""
        raise NotImplementedError

    def to_value(self, plain: bytes) -> Any:
        """The Python value of plain bytes."""
        raise NotImplementedError

    def seal(self, value: Any) -> bytes:
        """The ciphertext of a Python value, as this column stores it; for writers that don't go through a model."""
        return keyring().encrypt(self.to_bytes(value), self.place)

    def unseal(self, stored: bytes | memoryview) -> Any:
        """The Python value of what this column stores. Raises Undecryptable."""
        return self.to_value(keyring().decrypt(bytes(stored), self.place))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Encrypt on the way in; None stays NULL."""
        return None if value is None else self.seal(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else self.unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`. Raises FieldError otherwise: a comparison of ciphertexts would silently find nothing."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and can't be compared; look for the digest of its value.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse: a fixture would hold personal data in the clear."""
        raise TypeError("An encrypted field can't be serialised.")


class EncryptedTextField(EncryptedField):
    """Text, encrypted."""

    def formfield(self, **kwargs: Any) -> Any:
        """A box of several lines; nothing typed is NULL where that is allowed."""
        widget = kwargs.pop("widget", forms.Textarea)
        return super().formfield(**{"widget": widget, **({"empty_value": None} if self.null else {}), **kwargs})

    def to_bytes(self, value: Any) -> bytes:
        """UTF-8. Raises TypeError for what is no text: `str()` of bytes would be kept as `b'…'`."""
        if not isinstance(value, str | Promise):
            raise TypeError(f"{self.name} keeps text, not {type(value).__name__}.")
        return str(value).encode()

    def to_value(self, plain: bytes) -> str:
        """From UTF-8."""
        return plain.decode()


class EncryptedJSONField(EncryptedField):
    """A JSON document, encrypted. None is NULL, not the document `null`."""

    empty_strings_allowed = False

    def to_bytes(self, value: Any) -> bytes:
        """Compact JSON in UTF-8; dates in ISO 8601."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()

    def to_value(self, plain: bytes) -> Any:
        """From JSON."""
        return json.loads(plain)

    def formfield(self, **kwargs: Any) -> Any:
        """A box for a JSON document."""
        return super().formfield(**{"form_class": forms.JSONField, "encoder": DjangoJSONEncoder, **kwargs})


class CiphertextField(models.BinaryField):  # type: ignore[type-arg]
    """Ciphertext on its way into another column: bytes in Python, made with that column's `seal`.

    `bound_to` is that column, `table.column`, which is what the ciphertext is bound to while it waits here too. Says so
    that a rotation of keys finds it: what it brought under no new key would arrive under one that is gone.
    """

    def __init__(self, *args: Any, bound_to: str, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """With the column that it is bound to."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    @property
    def place(self) -> bytes:
        """What the ciphertext is bound to: `b"table.column"`."""
        return self.bound_to.encode()
