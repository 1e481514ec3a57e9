"""Beginning an edition: a draft with the texts that people are shown now."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies import actions
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.locking import facts

MAY_PREPARE = "policies.prepare_policyedition"
_COPIED = ("text_ky", "text_ru", "text_en", "references")


@transaction.atomic
def begin_edition(*, actor: User, document: PolicyDocument, past: datetime | None = None) -> PolicyEdition:
    """A draft behind the newest published edition, which is copied: the one in force, or about to be. Empty where
    there is none. With `past` it is one that was in force from that moment on, before anybody entered it here; then
    the one that was in force just before is copied.

    Raises PermissionDenied; NotPossible while another draft of the document is worked on, and for a past to come.
    """
    require(actor, MAY_PREPARE)
    document = PolicyDocument.objects.select_for_update().get(pk=document.pk)
    _require_none_in_work(document)
    require_past(past)
    last = document.editions.aggregate(last=Max("number"))["last"] or 0
    edition = PolicyEdition(
        document=document, number=last + 1, prepared_by=actor, past=past is not None, effective_at=past
    )  # fmt: skip
    source = edition.before()
    for name in _COPIED if source else ():
        setattr(edition, name, getattr(source, name))
    edition.save(force_insert=True)
    since = {"effective_at": past} if past else {}
    copied = source.number if source else None
    record(actor, actions.EDITION_BEGUN, edition, **facts(edition), **since, copied_from=copied)
    return edition


def require_past(moment: datetime | None) -> None:
    """Raise NotPossible for a moment that is not over."""
    if moment is not None and moment >= clock.now():
        raise NotPossible(
            _("This moment is not over. An edition that comes into force now or later is begun as a new one.")
        )


def _require_none_in_work(document: PolicyDocument) -> None:
    other = document.editions.unpublished().select_related("prepared_by").first()
    if other is not None:
        told = _("%(who)s has begun edition %(number)s already. Publish it or throw it away first.")
        raise NotPossible(told % {"who": other.prepared_by, "number": other.number})
