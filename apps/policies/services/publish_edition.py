"""Publishing an edition: from then on it stands as it is, and is in force from its moment on (P20)."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies import actions
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.services.locking import Published, facts, locked
from apps.policies.services.review_edition import require_complete

MAY_PUBLISH = "policies.publish_policyedition"


@transaction.atomic
def publish_edition(
    *, actor: User, edition_id: int, version: int, effective_at: datetime | None = None
) -> PolicyEdition:
    """Publish a reviewed edition. In force from `effective_at` on, from this moment when not given (P20); one that was
    in force before it was entered here, from the moment that was reviewed with it.

    Raises PermissionDenied, Published, ChangedMeanwhile; NotPossible where nobody has reviewed it, for a moment that
    is over, and for one before that of an edition already published.
    """
    require(actor, MAY_PUBLISH)
    edition = locked(edition_id, version)
    if edition.status != EditionStatus.REVIEWED:
        raise NotPossible(_("Somebody else has to review this edition before it can be published."))
    require_complete(edition)
    now = clock.now()
    if not edition.past:
        edition.effective_at = effective_at or now
        _require_sense(edition, now, edition.effective_at)
    edition.status, edition.published_by, edition.published_at = EditionStatus.PUBLISHED, actor, now
    edition.save()
    record(actor, actions.EDITION_PUBLISHED, edition, **facts(edition), effective_at=edition.effective_at)
    return edition


def _require_sense(edition: PolicyEdition, now: datetime, effective_at: datetime) -> None:
    if effective_at < now:
        raise NotPossible(_("An edition can't be in force before it is published. Choose a later moment, or none."))
    newest = edition.siblings().first()
    if newest is not None and newest.effective_at is not None and effective_at < newest.effective_at:
        told = _("Edition %(number)s comes into force only on %(moment)s: this one can't be in force before it.")
        moment = date_format(localtime(newest.effective_at), "SHORT_DATETIME_FORMAT")
        raise NotPossible(told % {"number": newest.number, "moment": moment})


@transaction.atomic
def note_refused(*, actor: User, refused: Published) -> None:
    """Record that somebody wanted to change a published edition and could not."""
    edition = PolicyEdition.objects.get(pk=refused.edition_id)
    record(actor, actions.CHANGE_REFUSED, edition, **facts(edition))
