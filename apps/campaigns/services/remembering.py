"""Who was left in which campaign's list, by digest."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from django.db import connection

from apps.campaigns.models import RecipientPage
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.models import SaltOwner
from apps.optouts.services.salted import salted

# The page of each campaign on which a digest would stand; `salt_id` says in which form the campaign has it.
_PAGES = """
    SELECT c.id, d.digest, p.id, p.digests
    FROM campaigns_campaign c CROSS JOIN unnest(%s::bytea[]) AS d(digest)
    CROSS JOIN LATERAL (
        SELECT q.id, q.digests FROM campaigns_recipientpage q
        WHERE q.campaign_id = c.id AND q.first <= d.digest ORDER BY q.first DESC LIMIT 1
    ) p
    WHERE c.remembers AND c.salt_id IS NOT DISTINCT FROM %s AND (%s::bigint IS NULL OR c.id = %s)
    ORDER BY c.id DESC
"""


def place_of(digest: bytes, digests: bytes) -> int | None:
    """Where a digest begins among the sorted ones of a page."""
    count = len(digests) // DIGEST_BYTES
    place = bisect_left(range(count), digest, key=lambda n: digests[n * DIGEST_BYTES : (n + 1) * DIGEST_BYTES])
    start = place * DIGEST_BYTES
    return start if digests[start : start + DIGEST_BYTES] == digest else None


def pages_with(
    digests: Sequence[bytes], *, salt: int | None = None, campaign: int | None = None
) -> Iterator[tuple[int, bytes, RecipientPage]]:
    """(campaign, digest, page) of whoever was left in a list; the latest campaigns first.

    Digests are ours, or with `salt` the first bytes of those in that salt.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAGES, [list(digests), salt, campaign, campaign])
        rows = cursor.fetchall()
    for campaign_id, digest, page, stored in rows:
        if place_of(bytes(digest), bytes(stored)) is not None:
            yield campaign_id, bytes(digest), RecipientPage(pk=page, campaign_id=campaign_id, digests=bytes(stored))


def campaigns_of(digest: bytes, value: str = "") -> list[int]:
    """The campaigns in whose lists an address was left, the latest first; with its plain `value`, also those whose
    lists were digests in a partner's salt.
    """
    found = {campaign for campaign, _digest, _page in pages_with([digest])}
    for salt in SaltOwner.objects.filter(code__startswith="partner:") if value else ():
        short = salted(salt.salt, value)[:DIGEST_BYTES]
        found |= {campaign for campaign, _digest, _page in pages_with([short], salt=salt.pk)}
    return sorted(found, reverse=True)


def forget(digests: Sequence[bytes], *, salt: int | None = None) -> None:
    """Take digests out of every list that remembers them."""
    for _campaign, digest, found in pages_with(digests, salt=salt):
        page = RecipientPage.objects.select_for_update().get(pk=found.pk)
        stored = bytes(page.digests)
        place = place_of(digest, stored)
        if place is None:
            continue
        left = stored[:place] + stored[place + DIGEST_BYTES :]
        if not left:
            page.delete()
            continue
        page.first, page.digests = left[:DIGEST_BYTES], left
        page.save(update_fields=["first", "digests"])
