"""Changing the draft of an edition, and throwing it away."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.policies import actions
from apps.policies.models import PolicyEdition
from apps.policies.registry import ASKED
from apps.policies.services.begin_edition import MAY_PREPARE, require_past
from apps.policies.services.locking import back_to_draft, facts, locked

CHANGEABLE = frozenset({
    "text_ky", "text_ru", "text_en", "summary_ky", "summary_ru", "summary_en", "references",
    "widens",
})  # fmt: skip
# Of an edition that was in force before it was entered.
CHANGEABLE_OF_PAST = CHANGEABLE | {"effective_at"}


@transaction.atomic
def change_edition(*, actor: User, edition_id: int, version: int, values: Mapping[str, Any]) -> PolicyEdition:
    """Store texts and the codes of widened purposes by the names of their fields, and count the version up; of a past
    edition also since when it was in force. A reviewed edition becomes a draft again:
    what was approved is no longer there. Nothing happens where nothing is changed.

    Raises PermissionDenied, Published, ChangedMeanwhile, NotPossible; ValidationError for other fields.
    """
    require(actor, MAY_PREPARE)
    edition = locked(edition_id, version)
    if unknown := values.keys() - (CHANGEABLE_OF_PAST if edition.past else CHANGEABLE):
        raise ValidationError(f"No such text: {', '.join(sorted(unknown))}")
    require_past(values.get("effective_at"))
    given = {name: _as_stored(name, value) for name, value in values.items()}
    changed = sorted(name for name, value in given.items() if value != getattr(edition, name))
    if not changed:
        return edition
    for name in changed:
        setattr(edition, name, given[name])
    back_to_draft(edition)
    edition.edited_by, edition.edited_at, edition.version = actor, clock.now(), edition.version + 1
    edition.editors = sorted({*edition.editors, actor.pk})
    edition.save()
    record(actor, actions.EDITION_CHANGED, edition, **facts(edition), fields=changed)
    return edition


def _as_stored(name: str, value: Any) -> Any:
    """Purposes in the order of the register. Raises ValidationError for one that nobody is asked about."""
    if name == "widens":
        if unknown := set(value) - {purpose.code for purpose in ASKED}:
            raise ValidationError(f"No such purpose: {', '.join(sorted(unknown))}")
        return [purpose.code for purpose in ASKED if purpose.code in value]
    return _with_line_feeds(value) if isinstance(value, str) else value


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
