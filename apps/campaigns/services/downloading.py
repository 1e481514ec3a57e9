"""Handing a part of a scrubbed list to a member of staff."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.models import Campaign
from apps.core.errors import NotPossible
from apps.core.files import open_stored

_PIECE = 256 * 1024


@transaction.atomic
def download(*, actor: User, campaign: Campaign, part: str) -> Iterator[bytes]:
    """The bytes of a part, in pieces. Raises NotPossible when it was destroyed, PermissionDenied."""
    require(actor, "campaigns.download_campaign")
    name = campaign.files.get(part)
    try:
        file = open_stored(name) if name else None
    except FileNotFoundError:
        file = None
    if file is None:
        raise NotPossible(_("The rows of %(campaign)s are no longer there.") % {"campaign": campaign.reference})
    record(actor, actions.DOWNLOADED, campaign, part=part, rows=getattr(campaign, part))
    return iter(lambda: file.read(_PIECE), b"")
