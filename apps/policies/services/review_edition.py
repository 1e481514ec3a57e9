"""The second person's look at an edition: approved, or sent back with what has to be changed."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies import actions
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.services.locking import back_to_draft, facts, is_own_work, locked

MAY_REVIEW = "policies.review_policyedition"


@transaction.atomic
def review_edition(*, actor: User, edition_id: int, version: int) -> PolicyEdition:
    """Approve a draft as it is in this version. Never by anybody who prepared or changed it.

    Raises PermissionDenied, Published, ChangedMeanwhile; NotPossible for one's own work, where texts are missing, and
    for the second of two people.
    """
    require(actor, MAY_REVIEW)
    edition = locked(edition_id, version)
    _require_somebody_elses(actor, edition)
    if edition.status == EditionStatus.REVIEWED:
        raise NotPossible(_("%(who)s has reviewed it already.") % {"who": edition.reviewed_by})
    require_complete(edition)
    edition.status, edition.reviewed_by, edition.reviewed_at = EditionStatus.REVIEWED, actor, clock.now()
    edition.remark, edition.remarked_by = "", None
    edition.save()
    record(actor, actions.EDITION_REVIEWED, edition, **facts(edition))
    return edition


@transaction.atomic
def send_back_edition(*, actor: User, edition_id: int, version: int, remark: str) -> PolicyEdition:
    """Say what has to be changed; an approval that was given is taken away.

    Raises PermissionDenied, Published, ChangedMeanwhile; NotPossible for one's own work and without a remark.
    """
    require(actor, MAY_REVIEW)
    edition = locked(edition_id, version)
    _require_somebody_elses(actor, edition)
    if not remark.strip():
        raise NotPossible(_("Say what has to be changed."))
    back_to_draft(edition)
    edition.remark, edition.remarked_by = remark.strip(), actor
    edition.save()
    record(actor, actions.EDITION_SENT_BACK, edition, **facts(edition))
    return edition


def _require_somebody_elses(actor: User, edition: PolicyEdition) -> None:
    if is_own_work(actor, edition):
        raise NotPossible(_("You worked on this edition: somebody else has to review it."))


def require_complete(edition: PolicyEdition) -> None:
    """Raise NotPossible that names the texts which are not there yet."""
    missing = edition.missing()
    if missing:
        names = ", ".join(str(field.verbose_name) for field in PolicyEdition._meta.fields if field.name in missing)
        raise NotPossible(_("Not written yet: %(texts)s.") % {"texts": names})
