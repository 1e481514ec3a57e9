"""Who was left in a list is remembered by digest: found quickly, forgotten on erasure and after a year."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.campaigns.erasure import CampaignEraser
from apps.campaigns.models import PAGE_DIGESTS, Campaign, LateAddress, RecipientPage
from apps.campaigns.services.asking import campaigns_with
from apps.campaigns.services.keeping import FILE_DAYS, REMEMBER_DAYS, let_go_of_old
from apps.campaigns.services.remembering import campaigns_of, place_of
from apps.campaigns.services.salting import make_salt
from apps.core import clock, erasers, identifiers
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.models import SaltedDigest, SuppressedAddress
from tests.campaigns.conftest import refuse
from tests.factories import IdentifierFactory, SubjectFactory

pytestmark = pytest.mark.django_db

ANNA = "+996555000111"


def digest_of(value: str = ANNA) -> bytes:
    return identifiers.digest("phone", value)


def many(count: int) -> bytes:
    return b"phone\n" + b"".join(b"0555%06d\n" % number for number in range(count))


def test_everybody_of_a_long_list_is_found_and_nobody_else(scrub):
    scrub(many(PAGE_DIGESTS * 2 + 7))
    pages = list(RecipientPage.objects.order_by("first"))
    assert [len(bytes(page.digests)) // DIGEST_BYTES for page in pages] == [PAGE_DIGESTS, PAGE_DIGESTS, 7]
    everybody = b"".join(bytes(page.digests) for page in pages)
    digests = [everybody[at : at + DIGEST_BYTES] for at in range(0, len(everybody), DIGEST_BYTES)]
    assert digests == sorted(digest_of(f"+996555{number:06d}") for number in range(PAGE_DIGESTS * 2 + 7))
    campaign = Campaign.objects.get().pk
    for number in (0, 1, 511, 512, 513, 1024, 1030):
        assert campaigns_of(digest_of(f"+996555{number:06d}")) == [campaign]
    assert campaigns_of(digest_of("+996555999999")) == []
    assert campaigns_of(b"\0" * 16) == campaigns_of(b"\xff" * 16) == []


@given(
    digests=st.sets(st.binary(min_size=16, max_size=16), min_size=1, max_size=20),
    other=st.binary(min_size=16, max_size=16),
)
def test_a_digest_is_found_in_its_place_only(digests, other):
    page = b"".join(sorted(digests))
    assert all(page[place_of(digest, page) :][:16] == digest for digest in digests)
    assert (place_of(other, page) is not None) == (other in digests)


def test_why_names_the_campaigns_and_what_was_refused_since(scrub, agent, partner):
    refuse(ANNA, channel="push")
    scrub(b"phone\n0555000111\n", title="Spring", sender="bereke")
    scrub(b"phone\n0555000112\n", title="Of somebody else")
    scrub(b"phone\n+996555000111\n", title="Summer", purpose="service")
    found = campaigns_with(actor=agent, digest=digest_of(), value=ANNA)
    assert [(b.campaign.title, b.refused) for b in found] == [("Summer", []), ("Spring", [])]
    refusal = refuse(ANNA, channel="sms", sender="bereke")
    again = campaigns_with(actor=agent, digest=digest_of(), value=ANNA)
    assert [(b.campaign.title, b.refused) for b in again] == [("Summer", []), ("Spring", [refusal])]
    entry = Entry.objects.filter(action="campaigns.ask-why").latest("pk")
    assert (entry.actor, entry.facts) == (agent, {"campaigns": 2})


def test_why_is_for_those_who_talk_to_people(django_user_model):
    from apps.accounts.choices import Role
    from tests.factories import make_user

    with pytest.raises(PermissionDenied):
        campaigns_with(actor=make_user(Role.AUDITOR), digest=digest_of(), value=ANNA)


def test_an_erased_person_is_forgotten_by_every_list(scrub):
    phone = IdentifierFactory(value=ANNA)
    other = IdentifierFactory(value="+996555000112")
    scrub(b"phone\n0555000111\n0555000112\n", title="Spring")
    scrub(b"phone\n0555000111\n")
    eraser, person = CampaignEraser(), phone.subject_id
    assert {h.model: h.count for h in eraser.find(person) if h.count} == {"campaigns.RecipientPage": 2}
    assert {item.title for item in eraser.export(person)} >= {"Spring"}
    eraser.erase(person)
    eraser.erase(person)
    assert not any(holding.count for holding in eraser.find(person))
    assert campaigns_of(digest_of()) == []
    assert len(campaigns_of(bytes(other.digest))) == 1
    (page,) = RecipientPage.objects.all()
    assert bytes(page.first) == bytes(page.digests) == bytes(other.digest)
    assert list(Campaign.objects.values_list("kept", flat=True)) == [1, 2]  # figures stay


def test_an_erased_address_is_not_learnt_again(scrub, partner, officer):
    make_salt(actor=officer, partner=partner)
    refuse(ANNA)
    scrub(b"phone\n0555000111\n")
    assert SuppressedAddress.objects.get().value == ANNA
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value=ANNA)
    for eraser in erasers.registry:
        eraser.erase(subject.pk)
    assert bytes(SaltedDigest.objects.get().digest) == digest_of()
    assert scrub(b"phone\n0555000111\n")["removed"] == 1
    assert SuppressedAddress.objects.get().value is None


def test_rows_and_memory_have_their_term(scrub, settings):
    scrub(b"phone\n0555000111\n")
    campaign = Campaign.objects.get()
    with clock.standing_at(clock.now() + timedelta(days=REMEMBER_DAYS - 1)):
        let_go_of_old()
    assert campaigns_of(digest_of()) == [campaign.pk]
    with clock.standing_at(clock.now() + timedelta(days=REMEMBER_DAYS + 1)):
        let_go_of_old()
    campaign.refresh_from_db()
    assert not campaign.remembers
    assert not RecipientPage.objects.exists()
    assert not LateAddress.objects.exists()
    assert campaign.kept == 1
    assert FILE_DAYS < REMEMBER_DAYS


def test_an_address_is_learnt_where_somebody_reads_digests_and_only_if_it_is_suppressed(scrub, partner):
    refuse(ANNA)
    scrub(b"phone\n0555000111\n")
    assert SuppressedAddress.objects.get().value is None
    make_salt(actor=None, partner=partner)
    scrub(b"phone\n0555000111\n0555000112\n")
    assert SuppressedAddress.objects.get().value == ANNA
