"""What is left of campaigns is not kept for ever."""

from datetime import timedelta

from django.db import connection, transaction

from apps.campaigns.choices import Status
from apps.campaigns.models import Campaign, LateAddress, RecipientPage
from apps.campaigns.services.deciding import NotPossible, cancel
from apps.core import clock, files

# policy: rows are there to be taken to the mailing system and looked at, not to be kept beside it.
FILE_DAYS = 14
# policy: for a year somebody can be told why they got a message, and a sending can be checked.
REMEMBER_DAYS = 365
_WITHOUT_SUPPRESSION = """
    DELETE FROM campaigns_suppressedaddress a
    WHERE NOT EXISTS (SELECT FROM optouts_suppression s WHERE s.digest = a.digest)
"""


def let_go_of_old() -> None:
    """Destroy files after FILE_DAYS, who was in a list after REMEMBER_DAYS, and addresses no longer suppressed."""
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
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_SUPPRESSION)


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
