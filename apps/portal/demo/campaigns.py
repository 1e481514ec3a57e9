"""The demo's campaigns: lists in the dialect of a mailing tool, scrubbed, and what was said of their sending."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from apps.accounts.models import User
from apps.campaigns.models import Campaign
from apps.campaigns.services.receiving import Message, receive
from apps.campaigns.services.running import run_campaign
from apps.campaigns.services.sending import record_send
from apps.imports.services.receiving import Intake
from apps.policies.registry import ADVERTISING
from apps.portal.demo.people import Person


def scrubbed(actor: User, title: str, people: Iterable[Person], *, channel: str, sender: str) -> Campaign:
    """A campaign's list of these people, handed in and scrubbed; a few of its rows have no address."""
    intake = Intake()
    intake.write(_list(people, channel))
    message = Message(title=title, channel=channel, purpose=ADVERTISING, sender=sender)
    campaign = receive(actor=actor, message=message, stored=intake.finish())
    return run_campaign(campaign_id=campaign.pk)


def sent(actor: User, title: str, moment: datetime) -> None:
    """Record that the campaign of this title was sent."""
    record_send(actor=actor, campaign_id=Campaign.objects.get(title=title).pk, sent_at=moment)


def _list(people: Iterable[Person], channel: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    by_mail = channel == "email"
    writer.writerow(["№", "E-mail" if by_mail else "Телефон", "Имя"])
    for number, person in enumerate(people, 1):
        address = person.email if by_mail else f"0{person.phone}"
        writer.writerow([number, "—" if number % 61 == 0 else address, person.full_name])
    return text.getvalue().encode("cp1251", errors="replace")
