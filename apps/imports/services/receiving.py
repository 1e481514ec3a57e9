"""Taking a file in: its bytes go encrypted to disk while they arrive, and become a batch."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.files import EncryptedWriter
from apps.core.keyring import keyring
from apps.imports import actions
from apps.imports.engine.refusals import Refused
from apps.imports.models import Batch
from apps.partners.models import Partner

FOLDER = "imports"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file that lies encrypted under MEDIA_ROOT: its name there, its size in plain bytes, its content's digest."""

    name: str
    size: int
    digest: str


class Intake:
    """A file on its way to disk. `write` raises Refused `too-big`, `finish` Refused `empty`; both leave no file."""

    def __init__(self) -> None:
        self._writer = EncryptedWriter(FOLDER)
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Add the next bytes."""
        if self._writer.size + len(data) > settings.IMPORT_MAX_BYTES:
            self.discard()
            raise Refused("too-big", limit=settings.IMPORT_MAX_BYTES // MEGABYTE)
        self._hash.update(data)
        self._writer.write(data)

    def finish(self) -> StoredFile:
        """Make it durable."""
        if self._writer.size == 0:
            self.discard()
            raise Refused("empty")
        self._writer.close()
        digest = keyring().digest("file", self._hash.hexdigest()).hex()
        return StoredFile(self._writer.name, self._writer.size, digest)

    def discard(self) -> None:
        """Leave nothing of it."""
        self._writer.discard()


@transaction.atomic
def receive(*, actor: User | None, partner: Partner, kind: str, stored: StoredFile) -> Batch:
    """A batch waiting to be read. `actor` is None for whoever runs a command on the machine itself.

    The caller queues its reading in the same transaction. Raises PermissionDenied.
    """
    if actor is not None:
        require(actor, "imports.add_batch")
    batch = Batch.objects.create(
        partner=partner, kind=kind, created_by=actor,
        file=stored.name, size=stored.size, content_digest=stored.digest,
    )  # fmt: skip
    record(actor, actions.UPLOADED, batch, partner=partner.code, kind=kind, bytes=stored.size)
    return batch
