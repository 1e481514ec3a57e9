"""The list of campaigns as a file: figures, and nobody of whom they are."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.campaigns.choices import Status
from apps.core.choices import Channel
from apps.core.exporting import Column, ListResource
from apps.optouts.titles import purpose_title, sender_title


class CampaignsResource(ListResource):
    """Scrubbed lists."""

    file_name = "campaigns"

    reference = Column(_("campaign"), "reference")
    title = Column(_("title"), "title")
    channel = Column(_("channel"), "channel", codes=Channel)
    purpose = Column(_("what for"), show=lambda campaign: purpose_title(campaign.purpose))
    sender = Column(_("from whom"), show=lambda campaign: sender_title(campaign.sender))
    status = Column(_("status"), "status", codes=Status)
    rows = Column(_("rows"), "rows")
    kept = Column(pgettext_lazy("in a list", "kept"), "kept")
    removed = Column(_("removed"), "removed")
    invalid = Column(_("invalid"), "invalid")
    as_of = Column(_("true as of"), "as_of")
    created_at = Column(_("taken in"), "created_at")
    created_by = Column(_("by"), "created_by")
