"""Deciding about a campaign's list: let it go, or take it up again after an error."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.choices import Status
from apps.campaigns.models import Campaign
from apps.core import clock, files
from apps.core.errors import NotPossible


def locked(campaign_id: int, *allowed: str) -> Campaign:
    """The campaign, locked, in one of these states. Raises NotPossible."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    if campaign.status not in allowed:
        message = _("%(campaign)s can't be changed any more. Its status now: %(status)s.")
        raise NotPossible(message % {"campaign": campaign.reference, "status": campaign.get_status_display()})
    return campaign


@transaction.atomic
def cancel(*, actor: User | None, campaign_id: int) -> Campaign:
    """Let a list go that was not scrubbed: its file is destroyed. Raises NotPossible, PermissionDenied."""
    if actor is not None:
        require(actor, "campaigns.add_campaign")
    campaign = locked(campaign_id, Status.ASKING, Status.UPLOADED, Status.FAILED)
    transaction.on_commit(partial(files.delete, campaign.file))
    campaign.status, campaign.file, campaign.finished_at = Status.CANCELLED, "", clock.now()
    campaign.save(update_fields=["status", "file", "finished_at"])
    record(actor, actions.CANCELLED, campaign)
    return campaign


@transaction.atomic
def resume(*, actor: User, campaign_id: int) -> Campaign:
    """Have a list that an error stopped scrubbed from its beginning; the caller queues it."""
    require(actor, "campaigns.add_campaign")
    campaign = locked(campaign_id, Status.FAILED)
    campaign.status = Status.UPLOADED
    campaign.save(update_fields=["status"])
    record(actor, actions.RESUMED, campaign)
    return campaign
