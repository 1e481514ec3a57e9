"""Beginning an edition: a draft with the texts that people are shown now."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.errors import NotPossible
from apps.policies import actions
from apps.policies.models import PolicyDocument, PolicyEdition
from apps.policies.services.locking import facts

MAY_PREPARE = "policies.prepare_policyedition"
_COPIED = ("text_ky", "text_ru", "text_en", "references")


@transaction.atomic
def begin_edition(*, actor: User, document: PolicyDocument) -> PolicyEdition:
    """A draft behind the newest published edition, which is copied: the one in force, or about to be. Empty where
    there is none.

    Raises PermissionDenied; NotPossible while another draft of the document is worked on.
    """
    require(actor, MAY_PREPARE)
    document = PolicyDocument.objects.select_for_update().get(pk=document.pk)
    _require_none_in_work(document)
    source = PolicyEdition.objects.published().filter(document=document).first()
    last = document.editions.aggregate(last=Max("number"))["last"] or 0
    copied = {name: getattr(source, name) for name in _COPIED} if source else {}
    edition = PolicyEdition.objects.create(document=document, number=last + 1, prepared_by=actor, **copied)
    record(actor, actions.EDITION_BEGUN, edition, **facts(edition), copied_from=source.number if source else None)
    return edition


def _require_none_in_work(document: PolicyDocument) -> None:
    other = document.editions.unpublished().select_related("prepared_by").first()
    if other is not None:
        told = _("%(who)s has begun edition %(number)s already. Publish it or throw it away first.")
        raise NotPossible(told % {"who": other.prepared_by, "number": other.number})
