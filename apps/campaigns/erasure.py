"""What campaigns hold about a person: that they were left in a list."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.campaigns.models import Campaign, LateAddress, RecipientPage
from apps.campaigns.services.remembering import forget, pages_with
from apps.core.erasers import HANDLING, Eraser, Holding, Item, Value
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.models import SaltOwner
from apps.optouts.services.salted import salted
from apps.optouts.titles import purpose_title, sender_title
from apps.subjects.models import Identifier


class CampaignEraser(Eraser):
    """A person leaves every list that remembers them; the figures of campaigns stay."""

    models = (RecipientPage, LateAddress)

    def _held(self, subject_id: int) -> dict[bytes, str]:
        """{digest: value} of the person's identifiers."""
        rows = Identifier.objects.filter(subject_id=subject_id).order_by("pk")
        return {bytes(row.digest): row.value for row in rows}

    def _campaigns(self, held: dict[bytes, str]) -> set[int]:
        found = {campaign for campaign, _digest, _page in pages_with(list(held))}
        for salt, shorts in self._in_salts(held):
            found |= {campaign for campaign, _digest, _page in pages_with(shorts, salt=salt.pk)}
        return found

    def _in_salts(self, held: dict[bytes, str]) -> Iterator[tuple[SaltOwner, list[bytes]]]:
        """Each salt, and the person's digests in it as a hashed list is remembered."""
        for salt in SaltOwner.objects.filter(code__startswith="partner:").order_by("pk") if held else ():
            yield salt, [salted(salt.salt, value)[:DIGEST_BYTES] for value in held.values()]

    def find(self, subject_id: int) -> Iterator[Holding]:
        """Lists that the person was left in, and messages that came too late."""
        held = self._held(subject_id)
        digests = list(held)
        yield Holding(RecipientPage._meta.label, len(self._campaigns(held)))
        yield Holding(LateAddress._meta.label, LateAddress.objects.filter(digest__in=digests).count())

    def export(self, subject_id: int) -> Iterator[Item]:
        """Every campaign that the person was left in, and each message that came too late."""
        held = self._held(subject_id)
        for campaign in Campaign.objects.filter(pk__in=self._campaigns(held)).order_by("pk").iterator():
            when = Value.moment("scrubbed", _("scrubbed"), campaign.as_of)
            yield Item.of(RecipientPage, HANDLING, campaign.title, *_scope(campaign), when)
        late = LateAddress.objects.filter(digest__in=list(held)).select_related("send__campaign")
        for row in late.order_by("send__sent_at", "pk").iterator():
            yield Item.of(
                LateAddress, HANDLING, _("Sent although you had refused"),
                Value("campaign", _("campaign"), row.send.campaign.title), *_scope(row.send.campaign),
                Value.moment("refused", pgettext("by the person", "refused"), row.refused_at),
                Value.moment("sent", _("sent"), row.send.sent_at),
            )  # fmt: skip

    def erase(self, subject_id: int) -> None:
        """Take the person out of every list."""
        held = self._held(subject_id)
        forget(list(held))
        for salt, shorts in self._in_salts(held):
            forget(shorts, salt=salt.pk)
        LateAddress.objects.filter(digest__in=list(held)).delete()


def _scope(campaign: Campaign) -> tuple[Value, ...]:
    return (
        Value("channel", _("channel"), campaign.get_channel_display(), campaign.channel),
        Value("purpose", _("what for"), purpose_title(campaign.purpose), campaign.purpose),
        Value("sender", _("from whom"), sender_title(campaign.sender), campaign.sender),
    )
