"""A list goes in, the list without those who may not be written to comes out, and it is recorded that it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection, transaction

from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.choices import Status
from apps.campaigns.engine.lists import ListLayout, lay_out
from apps.campaigns.engine.sheets import Sink
from apps.campaigns.engine.sources import SheetList, TextList
from apps.campaigns.models import CSV, PAGE_DIGESTS, XLSX, Campaign
from apps.campaigns.services.deciding import locked
from apps.campaigns.services.hashing import judge_hashes
from apps.campaigns.services.judging import Scope, judge, scrub_tables
from apps.campaigns.services.learning import AddressKeeper
from apps.campaigns.services.reading import Progress, ScrubbedList, read_list
from apps.campaigns.services.writing import Links, write_back
from apps.core import clock
from apps.imports.engine.refusals import Refused
from apps.optouts import actions as optout_actions
from apps.optouts.choices import EVERY_SENDER
from apps.optouts.models import Suppression
from apps.optouts.services.mint import Mailing
from apps.optouts.services.mint_file import ADDED_COLUMNS
from apps.partners.models import Partner

_KEPT = """
    FROM scrub_rows r WHERE r.contact AND NOT EXISTS (SELECT FROM scrub_found f WHERE f.key = r.key)
"""
_REMEMBER = f"""
    INSERT INTO campaigns_recipientpage (campaign_id, first, digests)
    SELECT %s, substring(p.digests FROM 1 FOR 16), p.digests FROM (
        SELECT string_agg(n.digest, ''::bytea ORDER BY n.digest) AS digests FROM (
            SELECT k.digest, (row_number() OVER (ORDER BY k.digest) - 1) / {PAGE_DIGESTS} AS page
            FROM (SELECT DISTINCT substring(r.digest FROM 1 FOR 16) AS digest {_KEPT}) k
        ) n GROUP BY n.page
    ) p RETURNING length(digests) / 16
"""  # noqa: S608
_COUNT_KEPT = f"SELECT count(*) {_KEPT}"


@dataclass
class Scrub:
    """One list on its way. `outputs` are what takes each part; a part without one is not written."""

    campaign: Campaign
    source: TextList | SheetList
    outputs: Mapping[str, Sink]
    progress: Progress = field(default=lambda _rows: None)

    @property
    def scope(self) -> Scope:
        """What the campaign is."""
        campaign = self.campaign
        return Scope(campaign.channel, campaign.purpose, campaign.sender, campaign.require_consent)

    def lay_out(self) -> ListLayout:
        """Understand the list, and keep how. Raises Unclear, Refused."""
        campaign = self.campaign
        layout = lay_out(self.source, campaign.channel, column=campaign.column, hashed=campaign.hashed)
        taken = {title.strip().casefold() for title in layout.titles} & set(ADDED_COLUMNS)
        if campaign.with_links and taken:
            raise Refused("has-links", columns=sorted(taken))
        campaign.layout, campaign.encoding = layout.to_json(), self.source.encoding
        campaign.form = XLSX if isinstance(self.source, SheetList) else CSV
        return layout

    def run(self) -> Campaign:
        """Scrub, write the outputs, and record the campaign.

        Raises Unclear, Refused, and NotPossible when somebody else has done it meanwhile; then nothing is recorded.
        """
        layout = self.lay_out()
        with scrub_tables():
            scrubbed = read_list(
                self.source, layout, size=self.campaign.size, scope=self._cards_of(), progress=self.progress
            )
            salt = self.campaign.salt
            as_of = judge_hashes(self.scope, salt) if salt else judge(self.scope)
            scrubbed.mark_found()
            links = self._links(layout)
            keeper = AddressKeeper(layout.columns)
            write_back(self.source, layout, scrubbed, self.outputs, links=links, watch=keeper.watch if keeper else None)
            for sink in self.outputs.values():
                sink.close()  # durable before anything says that they are there
            self.campaign.as_of = as_of
            with transaction.atomic():
                keeper.keep()
                self._finish(scrubbed, links)
        return self.campaign

    def _cards_of(self) -> str:
        """A card's number says something within its partner only."""
        sender = self.campaign.sender
        return "" if sender in {EVERY_SENDER, Partner.OPERATOR} else sender

    def _links(self, layout: ListLayout) -> Links | None:
        campaign = self.campaign
        if not campaign.with_links:
            return None
        mailing = Mailing(
            channel=campaign.channel, purpose=campaign.purpose, campaign=campaign.title,
            sender=EVERY_SENDER if campaign.sender == Partner.OPERATOR else campaign.sender,
        )  # fmt: skip
        return Links(mailing, [column.position for column in layout.columns if column.contact])

    def _finish(self, scrubbed: ScrubbedList, links: Links | None) -> None:
        campaign, figures = self.campaign, scrubbed.figures()
        if campaign.pk is not None:
            locked(campaign.pk, Status.RUNNING)  # a worker that was taken for dead comes too late
        for name, rows in figures.items():
            setattr(campaign, name, rows)
        campaign.reasons = scrubbed.reasons()
        campaign.status, campaign.finished_at, campaign.refusal = Status.DONE, clock.now(), None
        campaign.remembers = True
        campaign.save()
        campaign.repeated = self._addresses(campaign.kept) - self._remember()
        campaign.save(update_fields=["repeated"])
        scope = {"channel": campaign.channel, "purpose": campaign.purpose, "sender": campaign.sender}
        asked = {"require_consent": campaign.require_consent} if campaign.require_consent else {}
        record(
            campaign.created_by, actions.SCRUBBED, campaign, **figures, **scope, **asked, repeated=campaign.repeated,
            as_of=campaign.as_of, content=campaign.content_digest, hashed=campaign.hashed,
        )  # fmt: skip
        if links is not None:
            made = {"links": links.made, "unusable": campaign.kept - links.made, "campaign": campaign.title}
            record(campaign.created_by, optout_actions.LINKS_MINTED, Suppression, **scope, **made)

    def _addresses(self, kept: int) -> int:
        """How many addresses the kept rows have, repeated ones again: one each where one column has them."""
        if sum(column["contact"] for column in self.campaign.layout["columns"]) == 1:
            return kept
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_KEPT)
            return int(cursor.fetchone()[0])

    def _remember(self) -> int:
        """Keep who is left in the list, by digest. Gives how many they are."""
        with connection.cursor() as cursor:
            cursor.execute(_REMEMBER, [self.campaign.pk])
            return sum(row[0] for row in cursor.fetchall())
