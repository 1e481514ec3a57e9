"""Model fields whose values lie encrypted in the database."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.keyring import keyring


class EncryptedField(models.BinaryField):  # type: ignore[type-arg]
    """Base: plain value in Python, `bytea` of the keyring in the database, bound to its table and column."""

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
        return None if value is None else super().get_db_prep_value(self.seal(value), connection, prepared=True)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out."""
        return None if value is None else self.unseal(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: two ciphertexts of one value differ, so a comparison would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse: a fixture would hold personal data in the clear."""
        raise TypeError("An encrypted field can't be serialised.")


class EncryptedTextField(EncryptedField):
    """Text, encrypted."""

    def to_bytes(self, value: Any) -> bytes:
        """UTF-8."""
        return str(value).encode()

    def to_value(self, plain: bytes) -> str:
        """From UTF-8."""
        return plain.decode()


class EncryptedJSONField(EncryptedField):
    """A JSON document, encrypted."""

    def to_bytes(self, value: Any) -> bytes:
        """Compact JSON in UTF-8; dates in ISO 8601."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()

    def to_value(self, plain: bytes) -> Any:
        """From JSON."""
        return json.loads(plain)
