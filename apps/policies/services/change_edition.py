"""Changing the draft of an edition, and throwing it away."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.policies import actions
from apps.policies.models import PolicyEdition
from apps.policies.services.begin_edition import MAY_PREPARE
from apps.policies.services.locking import back_to_draft, facts, locked

CHANGEABLE = frozenset({
    "text_ky", "text_ru", "text_en", "summary_ky", "summary_ru", "summary_en", "references",
})  # fmt: skip


@transaction.atomic
def change_edition(*, actor: User, edition_id: int, version: int, values: Mapping[str, str]) -> PolicyEdition:
    """Store texts by the names of their fields, and count the version up. A reviewed edition becomes a draft again:
    what was approved is no longer there. Nothing happens where nothing is changed.

    Raises PermissionDenied, Published, ChangedMeanwhile, NotPossible; ValidationError for other fields.
    """
    require(actor, MAY_PREPARE)
    if unknown := values.keys() - CHANGEABLE:
        raise ValidationError(f"No such text: {', '.join(sorted(unknown))}")
    edition = locked(edition_id, version)
    texts = {name: _with_line_feeds(value) for name, value in values.items()}
    changed = sorted(name for name, value in texts.items() if value != getattr(edition, name))
    if not changed:
        return edition
    for name in changed:
        setattr(edition, name, texts[name])
    back_to_draft(edition)
    edition.edited_by, edition.edited_at, edition.version = actor, clock.now(), edition.version + 1
    edition.save()
    record(actor, actions.EDITION_CHANGED, edition, **facts(edition), fields=changed)
    return edition


def _with_line_feeds(text: str) -> str:
    """As browsers send it, every line ends with two characters; a comparison would see a change in each."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@transaction.atomic
def discard_edition(*, actor: User, edition_id: int, version: int) -> None:
    """Throw a draft away; its number is given again. Raises PermissionDenied, Published, ChangedMeanwhile, NotPossible.

    The entry stands for the document's edition, whose row is gone.
    """
    require(actor, MAY_PREPARE)
    edition = locked(edition_id, version)
    record(actor, actions.EDITION_DISCARDED, PolicyEdition, **facts(edition))
    edition.delete()
