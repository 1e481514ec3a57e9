"""Taking a campaign's list in."""

from dataclasses import dataclass

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.models import Campaign
from apps.imports.services.receiving import StoredFile
from apps.optouts.models import SaltOwner


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a list is scrubbed for. `require_consent` is a purpose of which a consent has to be in force, or empty;
    `column` names the one with the addresses, empty where its title or cells tell.
    """

    title: str
    channel: str
    purpose: str
    sender: str
    with_links: bool = False
    column: str = ""
    require_consent: str = ""
    salt: SaltOwner | None = None


@transaction.atomic
def receive(*, actor: User, message: Message, stored: StoredFile) -> Campaign:
    """A campaign waiting to be scrubbed; the caller queues that in the same transaction. Raises PermissionDenied."""
    require(actor, "campaigns.add_campaign")
    campaign = Campaign.objects.create(
        **vars(message), created_by=actor, file=stored.name, size=stored.size, content_digest=stored.digest
    )
    scope = {"channel": campaign.channel, "purpose": campaign.purpose, "sender": campaign.sender}
    record(actor, actions.UPLOADED, campaign, bytes=stored.size, **scope)
    return campaign
