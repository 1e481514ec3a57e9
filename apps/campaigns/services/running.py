"""Scrubbing a list that was uploaded, in the background."""

from contextlib import ExitStack
from functools import partial

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.choices import Part, Status
from apps.campaigns.engine.refusals import Unclear
from apps.campaigns.engine.sources import open_list
from apps.campaigns.models import FOLDER, Campaign
from apps.campaigns.services.deciding import locked
from apps.campaigns.services.scrubbing import Scrub
from apps.core import clock, files
from apps.core.files import EncryptedWriter, open_stored
from apps.imports.engine.refusals import Refused


def run_campaign(*, campaign_id: int) -> Campaign:
    """Bring a campaign from `uploaded` to `done`, `refused` or `asking`. One that a dead worker left begins anew."""
    campaign = _start(campaign_id)
    if campaign.status != Status.RUNNING:
        return campaign
    try:
        _scrub(campaign)
    except Unclear as unclear:
        return _ask(campaign, unclear)
    except Refused as refusal:
        return _refuse(campaign, refusal)
    files.delete(campaign.file)
    Campaign.objects.filter(pk=campaign.pk).update(file="")
    return campaign


@transaction.atomic
def _start(campaign_id: int) -> Campaign:
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("salt", "created_by").get(pk=campaign_id)
    if campaign.status in {Status.UPLOADED, Status.RUNNING}:
        campaign.status, campaign.rows = Status.RUNNING, 0
        campaign.save(update_fields=["status", "rows"])
    return campaign


def _scrub(campaign: Campaign) -> None:
    """The parts lie encrypted; of a scrub that ends badly nothing is left."""
    source = open_list(partial(open_stored, campaign.file))
    with ExitStack() as outputs:
        sinks = {part: outputs.enter_context(EncryptedWriter(FOLDER)) for part in Part.values}
        campaign.files = {part: sink.name for part, sink in sinks.items()}
        Scrub(campaign, source, sinks, partial(_progress, campaign.pk)).run()


def _progress(campaign_id: int, rows: int) -> None:
    Campaign.objects.filter(pk=campaign_id).update(rows=rows)


@transaction.atomic
def _ask(campaign: Campaign, unclear: Unclear) -> Campaign:
    campaign.status, campaign.refusal, campaign.files, campaign.rows = Status.ASKING, unclear.to_json(), {}, 0
    campaign.save(update_fields=["status", "refusal", "files", "rows"])
    record(campaign.created_by, actions.ASKED, campaign, code=unclear.code)
    return campaign


@transaction.atomic
def _refuse(campaign: Campaign, refusal: Refused) -> Campaign:
    transaction.on_commit(partial(files.delete, campaign.file))
    campaign.status, campaign.refusal, campaign.finished_at = Status.REFUSED, refusal.to_json(), clock.now()
    campaign.file, campaign.files, campaign.rows, campaign.layout = "", {}, 0, {}
    campaign.save(update_fields=["status", "refusal", "finished_at", "file", "files", "rows", "layout"])
    record(campaign.created_by, actions.REFUSED, campaign, code=refusal.code)
    return campaign


@transaction.atomic
def name_column(*, actor: User, campaign_id: int, column: str) -> Campaign:
    """Say which column holds the addresses; the caller queues the scrub. Raises NotPossible, PermissionDenied."""
    require(actor, "campaigns.add_campaign")
    campaign = locked(campaign_id, Status.ASKING)
    campaign.status, campaign.column, campaign.refusal = Status.UPLOADED, column[:200], None
    campaign.save(update_fields=["status", "column", "refusal"])
    record(actor, actions.NAMED, campaign)
    return campaign


@transaction.atomic
def fail(*, campaign_id: int, error: str) -> None:
    """Say that a worker gave up; `error` is the name of what went wrong, without values."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    if campaign.busy:
        campaign.status = Status.FAILED
        campaign.save(update_fields=["status"])
        record(None, actions.FAILED, campaign, error=error)
