"""Files of a case: taken in by what their bytes are, encrypted on disk, opened by whoever may, destroyed."""

import io
import re
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.filetypes import BY_CODE, FileType, type_of
from apps.cases.kinds import WORK
from apps.cases.models import Attachment, Case
from apps.cases.services.write import MAY_WRITE, require_whole
from apps.core import files
from apps.core.errors import NotPossible

FOLDER = "cases"
MAY_READ = "cases.read_case"
MOST_FILES = 100
MEGABYTE = 1024 * 1024
_NO_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@transaction.atomic
def attach(case: Case, *, actor: User | None, name: str, data: bytes) -> Attachment:
    """Keep a file of a case, at most ATTACHMENT_MAX_BYTES of it.

    Raises NotPossible for one that is empty, too big or of a type that is not taken; PermissionDenied.
    """
    if actor is not None:
        require(actor, MAY_WRITE)
    require_whole(case)
    kind = _require_takeable(data)
    base = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if base.attachments.count() >= MOST_FILES:
        raise NotPossible(_("This case has as many files as it can have."))
    with files.EncryptedWriter(FOLDER) as writer:
        writer.write(data)
    try:
        kept = Attachment.objects.create(
            case=base, name=safe_name(name, kind), file=writer.name, file_type=kind.code, size=len(data), added_by=actor
        )
        record(actor, actions.ATTACHED, base, file_type=kind.code, bytes=len(data), attachment=kept.pk)
    except BaseException:
        writer.discard()
        raise
    return kept


def _require_takeable(data: bytes) -> FileType:
    if not data:
        raise NotPossible(_("The file is empty."))
    if len(data) > settings.ATTACHMENT_MAX_BYTES:
        most = settings.ATTACHMENT_MAX_BYTES // MEGABYTE
        raise NotPossible(_("The file is larger than %(most)s MB.") % {"most": most})
    kind = type_of(data)
    if kind is None:
        raise NotPossible(
            _("Such a file is not taken. Take a PDF, a picture, text, or a Word or Excel document without macros.")
        )
    return kind


def safe_name(name: str, kind: FileType) -> str:
    """A name that any system takes, with the ending of what the file really is."""
    stem = _NO_NAME.sub("_", name).strip(" ._")
    base, _dot, ending = stem.rpartition(".")
    if base and ending.lower() in {*BY_CODE, "jpeg", "tif", "heif"}:
        stem = base
    stem = stem[:100] or _("file")
    return f"{stem}.{kind.code}"


@dataclass(frozen=True)
class Opened:
    """A file that somebody may have: its name, what it is, and its bytes as they are read."""

    name: str
    kind: FileType
    size: int
    stream: io.BufferedReader


@transaction.atomic
def open_attachment(*, actor: User, attachment: Attachment) -> Opened:
    """The file; that it was opened is recorded. Raises FileNotFoundError, PermissionDenied."""
    require(actor, MAY_READ)
    stream = files.open_stored(attachment.file)
    record(actor, actions.DOWNLOADED, attachment.case, attachment=attachment.pk)
    return Opened(attachment.name, BY_CODE[attachment.file_type], attachment.size, stream)


@transaction.atomic
def detach(*, actor: User, attachment: Attachment) -> None:
    """Destroy a file that doesn't belong here. The bytes go once the change is sure. Raises PermissionDenied."""
    require(actor, WORK)
    record(actor, actions.DETACHED, attachment.case, file_type=attachment.file_type, attachment=attachment.pk)
    attachment.delete()
    transaction.on_commit(partial(files.delete, attachment.file))
