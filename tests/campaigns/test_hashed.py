"""Lists exchanged as digests in a partner's salt: nobody sees whose, and the result is that of the plain list."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from apps.audit.models import Entry
from apps.campaigns.models import Campaign
from apps.campaigns.services.remembering import campaigns_of
from apps.campaigns.services.salting import make_salt, salt_partner
from apps.campaigns.services.sending import record_send
from apps.core import clock, erasers, identifiers
from apps.core.choices import IdentifierKind
from apps.optouts.models import SaltOwner, Suppression
from apps.optouts.services.salted import salt_of_partner
from tests.campaigns.conftest import refuse
from tests.factories import IdentifierFactory, SubjectFactory

pytestmark = pytest.mark.django_db

ANNA, BEK, UNKNOWN, FREE = "+996555000111", "+996555000112", "+996555000113", "+996555000114"


@pytest.fixture
def salt(partner) -> SaltOwner:
    return make_salt(actor=None, partner=partner)


@pytest.fixture
def people(db):
    """Anna refused; Bek refused everything by e-mail; somebody unknown refused; the fourth did not."""
    IdentifierFactory(value=ANNA)
    bek = SubjectFactory()
    IdentifierFactory(subject=bek, value=BEK)
    IdentifierFactory(subject=bek, kind=IdentifierKind.EMAIL, value="bek@example.kg")
    IdentifierFactory(value=FREE)
    refuse(ANNA)
    refuse("bek@example.kg", "email", channel="all")
    refuse(UNKNOWN)


def in_salt(salt: SaltOwner, value: str) -> str:
    """As a partner computes it, by the documentation."""
    return hashlib.sha256((salt.salt + value).encode()).hexdigest()


@pytest.fixture
def hashed_list(tmp_path):
    def run(**options) -> tuple[dict, list[str]]:
        out, path = io.StringIO(), tmp_path / "hashes.csv"
        call_command("hashed_list", path, json=True, stdout=out, **{"partner": "bereke", "channel": "sms", **options})
        return json.loads(out.getvalue()), path.read_text().split()

    return run


def test_the_list_names_whoever_is_known_and_says_how_many_are_not(salt, people, hashed_list):
    figures, lines = hashed_list()
    assert lines == ["sha256", *sorted([in_salt(salt, ANNA), in_salt(salt, BEK)])]
    assert (figures["hashes"], figures["without_address"]) == (2, 1)
    entry = Entry.objects.get(action="campaigns.give-hashes")
    assert (entry.facts["partner"], entry.facts["hashes"], entry.facts["without_address"]) == ("bereke", 2, 1)


def test_an_address_that_a_plain_list_showed_is_in_the_next_one(salt, people, hashed_list, scrub):
    assert scrub(b"phone\n0555000113\n0555000114\n")["removed"] == 1
    figures, lines = hashed_list()
    assert in_salt(salt, UNKNOWN) in lines
    assert (figures["hashes"], figures["without_address"]) == (3, 0)


def test_channel_purpose_and_sender_count_here_too(salt, people, hashed_list):
    refuse(FREE, sender="another")
    assert in_salt(salt, FREE) not in hashed_list()[1]
    refuse(FREE, sender="bereke")
    assert in_salt(salt, FREE) in hashed_list()[1]
    assert hashed_list(channel="email")[1] == ["sha256", in_salt(salt, "bek@example.kg")]
    assert hashed_list(purpose="service")[1] == ["sha256"]


def test_a_hashed_list_is_scrubbed_without_an_address(salt, people, scrub):
    rows = [("1", in_salt(salt, ANNA)), ("2", in_salt(salt, BEK).upper()), ("3", in_salt(salt, FREE)), ("4", "x")]
    content = "id;sha256\r\n" + "".join(f"{number};{digest}\r\n" for number, digest in rows)
    result = scrub(content.encode(), hashed=True, partner="bereke", sender="bereke")
    assert (result["kept"], result["removed"], result["invalid"]) == (1, 2, 1)
    assert result["kept_file"].decode() == f"id;sha256\r\n3;{in_salt(salt, FREE)}\r\n"
    assert Campaign.objects.get().salt == salt
    assert Entry.objects.get(action="campaigns.scrub").facts["hashed"] is True


def test_digests_in_another_salt_find_nobody(salt, people, scrub, partner):
    content = f"h\n{in_salt(salt, ANNA)}\n".encode()
    assert scrub(content, hashed=True, partner="bereke")["removed"] == 1
    make_salt(actor=None, partner=partner)
    assert scrub(content, hashed=True, partner="bereke")["removed"] == 0


def test_an_erased_person_stays_in_the_list(salt, people, hashed_list):
    subject = IdentifierFactory._meta.model.objects.get(
        value__isnull=False, digest=identifiers.digest("phone", ANNA)
    ).subject
    for eraser in erasers.registry:
        eraser.erase(subject.pk)
    subject.delete()
    assert in_salt(salt, ANNA) in hashed_list()[1]
    Suppression.objects.filter(digest=identifiers.digest("phone", ANNA)).delete()
    assert in_salt(salt, ANNA) not in hashed_list()[1]


def test_why_and_the_alarm_work_for_hashed_lists(salt, people, scrub):
    with clock.standing_at(clock.now() - timedelta(hours=2)):
        scrub(f"h\n{in_salt(salt, FREE)}\n".encode(), hashed=True, partner="bereke", sender="bereke")
    campaign = Campaign.objects.get()
    assert campaigns_of(identifiers.digest("phone", FREE), FREE) == [campaign.pk]
    assert campaigns_of(identifiers.digest("phone", ANNA), ANNA) == []
    with clock.standing_at(clock.now() - timedelta(hours=1)):
        refuse(FREE)
    assert record_send(actor=None, campaign_id=campaign.pk, sent_at=clock.now()).late == 1


def test_a_salt_is_for_those_who_exchange_and_is_never_in_the_audit(partner, agent, officer):
    with pytest.raises(PermissionDenied):
        make_salt(actor=agent, partner=partner)
    first, second = make_salt(actor=officer, partner=partner), make_salt(actor=officer, partner=partner)
    assert first.salt != second.salt
    assert len(bytes.fromhex(second.salt)) == 16
    assert salt_of_partner(partner.code) == second
    first.refresh_from_db()
    assert salt_partner(first) == salt_partner(second) == partner.code
    assert [e.facts["again"] for e in Entry.objects.filter(action="campaigns.make-salt").order_by("pk")] == [
        False,
        True,
    ]
    assert second.salt not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_what_is_missing_is_told(partner, scrub, tmp_path):
    assert "no salt yet" in scrub(b"h\nx\n", hashed=True, partner="bereke")["stderr"]
    with pytest.raises(CommandError, match="no salt yet"):
        call_command("hashed_list", tmp_path / "out", partner="bereke", channel="sms")
    with pytest.raises(CommandError, match="no partner"):
        call_command("hashed_list", tmp_path / "out", partner="nobody", channel="sms")
    call_command("hashed_list", tmp_path / "out", partner="bereke", channel="sms", new_salt=True)
    result = scrub(b"a,b\n1,2\n", hashed=True, partner="bereke")
    assert result["refused_file"]["code"] == "no-hashes"
