"""What campaigns hold about a person: that they were in a list, and the address of a suppression."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.campaigns.models import Campaign, ErasedHash, LateAddress, PartnerSalt, RecipientPage, SuppressedAddress
from apps.campaigns.services.hashing import hash_of
from apps.campaigns.services.remembering import forget, pages_with
from apps.core.erasers import Eraser, Holding
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier

KEEP = "opt-out outlives erasure"
_KEEP_HASHES = """
    INSERT INTO campaigns_erasedhash (salt_id, digest, sha256)
    SELECT %s, v.digest, v.sha256 FROM unnest(%s::bytea[], %s::bytea[]) AS v(digest, sha256)
    WHERE EXISTS (SELECT FROM optouts_suppression s WHERE s.digest = v.digest)
    ON CONFLICT (salt_id, sha256) DO NOTHING
"""


class CampaignEraser(Eraser):
    """A person leaves every list that remembers them. What stays is the digest of a suppressed address in the salts of
    partners: without it they would be written to again.
    """

    models = (RecipientPage, LateAddress, SuppressedAddress, ErasedHash)

    def _held(self, subject_id: int) -> dict[bytes, str]:
        """{digest: value} of the person's identifiers."""
        rows = Identifier.objects.filter(subject_id=subject_id).order_by("pk")
        return {bytes(row.digest): row.value for row in rows}

    def _campaigns(self, held: dict[bytes, str]) -> set[int]:
        found = {campaign for campaign, _digest, _page in pages_with(list(held))}
        for salt, shorts in self._in_salts(held):
            found |= {campaign for campaign, _digest, _page in pages_with(shorts, salt=salt.pk)}
        return found

    def _in_salts(self, held: dict[bytes, str]) -> Iterator[tuple[PartnerSalt, list[bytes]]]:
        """Each salt, and the person's digests in it as a hashed list is remembered."""
        for salt in PartnerSalt.objects.order_by("pk") if held else ():
            yield salt, [hash_of(salt.value, value)[:DIGEST_BYTES] for value in held.values()]

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Lists that the person was left in, late messages, addresses."""
        held = self._held(subject_id)
        digests = list(held)
        yield Holding(RecipientPage._meta.label, len(self._campaigns(held)))
        yield Holding(LateAddress._meta.label, LateAddress.objects.filter(digest__in=digests).count())
        yield Holding(SuppressedAddress._meta.label, SuppressedAddress.objects.filter(digest__in=digests).count())
        yield Holding(ErasedHash._meta.label, ErasedHash.objects.filter(digest__in=digests).count(), KEEP)

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Every campaign that the person was left in."""
        keys = self._campaigns(self._held(subject_id))
        for campaign in Campaign.objects.filter(pk__in=keys).order_by("pk"):
            when = date_format(localtime(campaign.as_of), "SHORT_DATETIME_FORMAT") if campaign.as_of else ""
            yield {
                "title": campaign.title,
                "values": {
                    _("channel"): campaign.get_channel_display(), _("what for"): purpose_title(campaign.purpose),
                    _("from whom"): sender_title(campaign.sender), _("scrubbed"): when,
                },
            }  # fmt: skip

    def erase(self, subject_id: int) -> None:
        """Keep what the opt-out needs, then take the person out."""
        held = self._held(subject_id)
        self._keep_hashes(held)
        forget(list(held))
        for salt, shorts in self._in_salts(held):
            forget(shorts, salt=salt.pk)
        SuppressedAddress.objects.filter(digest__in=list(held)).delete()
        LateAddress.objects.filter(digest__in=list(held)).delete()

    def _keep_hashes(self, held: dict[bytes, str]) -> None:
        for salt in PartnerSalt.objects.order_by("pk") if held else ():
            hashes = [hash_of(salt.value, value) for value in held.values()]
            with connection.cursor() as cursor:
                cursor.execute(_KEEP_HASHES, [salt.pk, list(held), hashes])
