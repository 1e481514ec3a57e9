"""Confirmation links: they carry what was asked, for two days, and are nothing else than that."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.core.choices import Channel
from apps.optouts.services.confirmations import (
    LIFETIME,
    MOST_PARTS,
    Confirmation,
    Expired,
    open_confirmation,
    seal_confirmation,
)
from apps.optouts.services.links import seal, unseal
from apps.optouts.services.parts import EVERYTHING, Part
from apps.optouts.services.sealing import BadToken
from tests.optouts.conftest import link_of

ASKED = datetime(2026, 5, 4, 6, 0, 0, 123456, tzinfo=UTC)
CONFIRMATION = Confirmation(
    kind="email", digest=b"d" * 16, masked="a•••@m•••.example", asked=ASKED, parts=(Part("email"),), language="ky"
)

parts = st.builds(
    Part,
    channel=st.sampled_from(list(Channel)),
    purpose=st.sampled_from(["advertising", "advertising-news"]),
    sender=st.sampled_from(["all", "operator", "a-very-long-partner-code-of-forty-letters"[:40]]),
)


@given(
    st.builds(
        Confirmation,
        kind=st.sampled_from(["phone", "email"]),
        digest=st.binary(min_size=16, max_size=16),
        masked=st.sampled_from(["+996 ••• ••• 401", "ө•••@м•••.кг"]),
        asked=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        parts=st.lists(parts, min_size=1, max_size=MOST_PARTS).map(tuple),
        language=st.sampled_from(["", "ky", "ru", "en"]),
    )
)
def test_what_is_sealed_is_opened(confirmation):
    token = seal_confirmation(confirmation)
    with clock.standing_at(confirmation.asked):
        assert open_confirmation(token) == confirmation


@given(st.data())
def test_a_token_with_one_changed_byte_is_none(data):
    token = seal_confirmation(CONFIRMATION)
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadToken):
        open_confirmation(base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode())


def test_it_is_good_until_its_time_is_over():
    token = seal_confirmation(CONFIRMATION)
    with time_machine.travel(ASKED + LIFETIME - timedelta(seconds=1), tick=False):
        assert open_confirmation(token) == CONFIRMATION
    with time_machine.travel(ASKED + LIFETIME, tick=False), pytest.raises(Expired):
        open_confirmation(token)


def test_an_unsubscribe_link_is_no_confirmation_and_the_other_way_round():
    with pytest.raises(BadToken):
        open_confirmation(seal(link_of("asel@mail.example")))
    with pytest.raises(BadToken):
        unseal(seal_confirmation(CONFIRMATION))


def test_more_parts_than_a_page_shows_have_no_link():
    with pytest.raises(ValueError, match="too many"):
        seal_confirmation(replace(CONFIRMATION, parts=(EVERYTHING,) * (MOST_PARTS + 1)))


def test_it_fits_two_short_messages():
    one = replace(CONFIRMATION, kind="phone", masked="+996 ••• ••• 401", parts=(EVERYTHING,))
    assert len(seal_confirmation(one)) <= 100


@pytest.mark.parametrize(
    "code",
    ["", "sms", "sms/advertising", "sms/advertising/all/x", "fax/advertising/all", "sms/service/all", "sms/x/all",
     "sms/all/all", "sms/advertising/", "sms/advertising/Ü", "sms/advertising/a b", "sms/advertising/" + "a" * 41],
)  # fmt: skip
def test_what_no_page_offers_is_no_part(code):
    with pytest.raises(ValueError, match=r".*"):
        Part.of_code(code)


@given(parts)
def test_a_part_is_read_from_its_code(part):
    assert Part.of_code(part.code) == part
