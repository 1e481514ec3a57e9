"""What is left of campaigns is not kept for ever."""

from datetime import timedelta

from django.db import transaction

from apps.campaigns.choices import Status
from apps.campaigns.models import FOLDER, Campaign, LateAddress, RecipientPage
from apps.campaigns.services.deciding import cancel
from apps.core import clock, files
from apps.core.errors import NotPossible

# policy: rows are there to be taken to the mailing system and looked at, not to be kept beside it.
FILE_DAYS = 14
# policy: for a year somebody can be told why they got a message, and a sending can be checked.
REMEMBER_DAYS = 365
# No scrub takes as long: whatever nobody has claimed by then, nobody will.
UNFINISHED = timedelta(days=1)


def let_go_of_old() -> None:
    """Destroy files after FILE_DAYS, and who was in a list after REMEMBER_DAYS."""
    now = clock.now()
    waiting = [Status.UPLOADED, Status.ASKING, Status.FAILED]
    for pk in Campaign.objects.filter(status__in=waiting, created_at__lt=now - timedelta(days=FILE_DAYS)).values_list(
        "pk", flat=True
    ):
        try:
            cancel(actor=None, campaign_id=pk)
        except NotPossible:
            continue  # somebody decided this very moment
    done = Campaign.objects.filter(status=Status.DONE)
    for pk in (
        done.filter(finished_at__lt=now - timedelta(days=FILE_DAYS)).exclude(files={}).values_list("pk", flat=True)
    ):
        _destroy_files(pk)
    for pk in done.filter(finished_at__lt=now - timedelta(days=REMEMBER_DAYS), remembers=True).values_list(
        "pk", flat=True
    ):
        _forget(pk)
    _sweep()


def _sweep() -> None:
    """Delete stored parts that no campaign knows: a worker died over them, or nobody fetched a list to its end."""
    known = {
        name for parts in Campaign.objects.exclude(files={}).values_list("files", flat=True) for name in parts.values()
    }
    before = (clock.now() - UNFINISHED).timestamp()
    for path in files.path_of(FOLDER).glob("*"):
        if f"{FOLDER}/{path.name}" not in known and path.stat().st_mtime < before:
            files.delete(f"{FOLDER}/{path.name}")


@transaction.atomic
def _destroy_files(pk: int) -> None:
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=pk)
    for name in campaign.files.values():
        files.delete(name)
    campaign.files = {}
    campaign.save(update_fields=["files"])


@transaction.atomic
def _forget(pk: int) -> None:
    RecipientPage.objects.filter(campaign_id=pk).delete()
    LateAddress.objects.filter(send__campaign_id=pk).delete()
    Campaign.objects.filter(pk=pk).update(remembers=False)
