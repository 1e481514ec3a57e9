"""A sending is compared with what people said in between: who got a message after an opt-out is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.campaigns.models import Campaign, LateAddress, Send
from apps.campaigns.services.keeping import REMEMBER_DAYS, let_go_of_old
from apps.campaigns.services.sending import note_alarm, record_send
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.optouts.models import Suppression
from tests.campaigns.conftest import refuse
from tests.factories import IdentifierFactory, SubjectFactory

pytestmark = pytest.mark.django_db

ANNA, BEK = "+996555000111", "+996555000112"
LIST = b"phone\n0555000111\n0555000112\n"


@pytest.fixture
def campaign(scrub) -> Campaign:
    """Scrubbed three hours ago."""
    with clock.standing_at(clock.now() - timedelta(hours=3)):
        scrub(LIST)
    return Campaign.objects.get()


def refused(value: str, hours_ago: float, said_hours_ago: float | None = None, **scope) -> Suppression:
    now = clock.now()
    said = now - timedelta(hours=hours_ago if said_hours_ago is None else said_hours_ago)
    row = refuse(value, since=said, **scope)
    Suppression.objects.filter(pk=row.pk).update(created_at=now - timedelta(hours=hours_ago))
    return row


def sent(campaign, hours_ago: float = 1, actor=None) -> Send:
    moment = clock.now() - timedelta(hours=hours_ago)
    return record_send(actor=actor, campaign_id=campaign.pk, sent_at=moment)


def test_a_sending_that_nobody_refused_in_between_is_quiet(campaign, officer):
    refused(ANNA, 0.5)  # after the sending
    refused("+996555999999", 2)  # of somebody else
    refused(BEK, 2, channel="email")  # of something else
    send = sent(campaign, actor=officer)
    assert (send.late, send.learnt, send.actor) == (0, 0, officer)
    assert not Entry.objects.filter(action="campaigns.alarm").exists()
    assert Entry.objects.get(action="campaigns.send").facts["late"] == 0
    assert not Send.objects.alarming().exists()


def test_who_refused_between_scrub_and_sending_is_counted_and_listed(campaign):
    refused(ANNA, 2)
    send = sent(campaign)
    assert (send.late, send.learnt) == (1, 0)
    (late,) = LateAddress.objects.all()
    assert bytes(late.digest) == identifiers.digest("phone", ANNA)
    assert Entry.objects.get(action="campaigns.alarm").facts["late"] == 1
    assert list(Send.objects.alarming()) == [send]


def test_an_opt_out_that_was_made_before_and_committed_after_the_scrub_counts(campaign):
    refused(ANNA, 3.1)  # its own clock says before: it was not there when the list was judged
    assert sent(campaign).late == 1


def test_what_was_said_before_and_learnt_later_is_no_alarm_but_is_said(campaign):
    refused(ANNA, 0.5, said_hours_ago=2)
    send = sent(campaign)
    assert (send.late, send.learnt) == (0, 1)


def test_everything_refused_by_another_address_counts(campaign):
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=ANNA)
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value="anna@example.kg")
    refused("anna@example.kg", 2, kind="email", channel="all")
    assert sent(campaign).late == 1


def test_taking_note_silences_the_alarm_once(campaign, officer, agent):
    refused(ANNA, 2)
    send = sent(campaign)
    with pytest.raises(PermissionDenied):
        note_alarm(actor=agent, send_id=send.pk)
    note_alarm(actor=officer, send_id=send.pk)
    assert not Send.objects.alarming().exists()
    with pytest.raises(NotPossible, match="already"):
        note_alarm(actor=officer, send_id=send.pk)


def test_what_can_not_be_is_told(campaign, agent):
    with pytest.raises(NotPossible, match="future"):
        sent(campaign, -1)
    with pytest.raises(NotPossible, match="not scrubbed by then"):
        sent(campaign, 4)
    with pytest.raises(PermissionDenied):
        sent(campaign, actor=agent)
    moment = clock.now()
    record_send(actor=None, campaign_id=campaign.pk, sent_at=moment)
    with pytest.raises(NotPossible, match="recorded already"):
        record_send(actor=None, campaign_id=campaign.pk, sent_at=moment)
    with clock.standing_at(clock.now() + timedelta(days=REMEMBER_DAYS + 1)):
        let_go_of_old()
    with pytest.raises(NotPossible, match="no longer known"):
        sent(campaign)
    assert Send.objects.count() == 1


def test_the_command_takes_one_or_a_file_of_them_and_fails_on_an_alarm(campaign, tmp_path, capsys):
    call_command("record_sends", campaign.reference, json=True)
    assert '"late": 0' in capsys.readouterr().out
    refused(ANNA, 2)
    file = tmp_path / "sends.csv"
    moment = (clock.now() - timedelta(hours=1)).isoformat()
    file.write_text(f"campaign;sent_at\n{campaign.reference};{moment}\n")
    with pytest.raises(CommandError, match="after an opt-out: 1") as told:
        call_command("record_sends", csv=file)
    assert told.value.returncode == 3
    assert Send.objects.count() == 2


@pytest.mark.parametrize(
    ("reference", "at", "words"),
    [("C-99999", "", "no campaign"), ("x", "", "no campaign"), ("C-1", "yesterday", "no moment")],
)
def test_the_command_tells_what_it_can_not_record(campaign, reference, at, words):
    reference = campaign.reference if reference == "C-1" else reference
    with pytest.raises(CommandError, match=words) as told:
        call_command("record_sends", reference, at=at)
    assert told.value.returncode == 2


def test_a_file_that_is_none_is_told(tmp_path):
    file = tmp_path / "sends.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="no list of sends"):
        call_command("record_sends", csv=file)
