"""Answering "why did I get this?"."""

from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.models import Campaign
from apps.campaigns.services.remembering import campaigns_of
from apps.optouts.models import Suppression

MOST_CAMPAIGNS = 100


@dataclass(frozen=True)
class Because:
    """One campaign that an address was left in. `refused` are the refusals of it that would stop the message now."""

    campaign: Campaign
    refused: list[Suppression]


@transaction.atomic
def campaigns_with(*, actor: User, digest: bytes, value: str) -> list[Because]:
    """The campaigns in whose lists an address was left, the latest first. When each was scrubbed, no refusal that
    concerned it was in force. Raises PermissionDenied.
    """
    require(actor, "campaigns.ask_why")
    keys = campaigns_of(digest, value)[:MOST_CAMPAIGNS]
    campaigns = Campaign.objects.filter(pk__in=keys).prefetch_related("sends").order_by("-pk")
    found = [Because(campaign, _refused(campaign, digest)) for campaign in campaigns]
    record(actor, actions.ASKED_WHY, Campaign, campaigns=len(found))
    return found


def _refused(campaign: Campaign, digest: bytes) -> list[Suppression]:
    scope = {"channel": campaign.channel, "purpose": campaign.purpose, "sender": campaign.sender}
    return list(Suppression.objects.forbidding(digest, **scope).order_by("created_at"))
