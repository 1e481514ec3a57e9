"""The keyring opens what it closed, where it closed it, and nothing else."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from apps.core.keyring import Keyring, Nonces, Undecryptable, keyring, parse_key, parse_keys

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
RING = Keyring({1: OLD}, b"d" * 32)
ROTATED = Keyring({2: NEW, 1: OLD}, b"d" * 32)


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_was_encrypted_comes_back(plain, place):
    sealed = RING.encrypt(plain, place)
    assert RING.decrypt(sealed, place) == plain
    assert RING.encrypt(plain, place) != sealed


@given(st.data(), st.binary(max_size=40))
def test_any_flipped_bit_is_noticed(data, plain):
    sealed = bytearray(ROTATED.encrypt(plain, b"table.column"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Undecryptable):
        ROTATED.decrypt(bytes(sealed), b"table.column")


@given(st.binary(max_size=40), st.binary(max_size=20), st.binary(max_size=20))
def test_a_value_opens_in_its_own_place_only(plain, place, other):
    sealed = RING.encrypt(plain, place)
    if place != other:
        with pytest.raises(Undecryptable):
            RING.decrypt(sealed, other)


@given(st.binary(max_size=60))
def test_what_is_no_ciphertext_is_undecryptable(rubbish):
    with pytest.raises(Undecryptable):
        RING.decrypt(rubbish, b"table.column")


@given(st.integers(0, 40))
def test_a_ciphertext_cut_short_is_undecryptable(length):
    sealed = RING.encrypt(b"twelve bytes", b"table.column")
    with pytest.raises(Undecryptable):
        RING.decrypt(sealed[:length], b"table.column")


@given(st.binary(max_size=60), st.text(max_size=20))
def test_those_that_do_many_do_the_same(plain, domain):
    seal = ROTATED.sealer(b"place")
    assert ROTATED.decrypt(seal(plain), b"place") == plain
    assert ROTATED.is_current(seal(plain))
    assert RING.digester(domain)(domain.encode()) == RING.digest(domain, domain)


def test_no_nonce_is_given_twice():
    nonces = Nonces()
    assert len({nonces.next() for _ in range(1000)}) == 1000


def test_a_forked_child_draws_nonces_of_its_own():
    nonces = Nonces()
    nonces.next()
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, nonces.next())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reading, 100)
    assert len(theirs) == 12
    assert theirs not in {nonces.next() for _ in range(300)}


def test_the_first_key_encrypts_and_all_decrypt():
    old = RING.encrypt(b"value", b"place")
    new = ROTATED.encrypt(b"value", b"place")
    assert ROTATED.decrypt(old, b"place") == ROTATED.decrypt(new, b"place") == b"value"
    assert (ROTATED.is_current(old), ROTATED.is_current(new)) == (False, True)
    assert (new[:1], ROTATED.current_prefix) == (b"\x02", b"\x02")
    with pytest.raises(Undecryptable):
        RING.decrypt(new, b"place")


def test_an_error_names_the_place_and_not_the_value():
    with pytest.raises(Undecryptable) as damaged:
        RING.decrypt(RING.encrypt(b"+996555123401", b"a.b"), b"c.d")
    assert "c.d" in str(damaged.value)
    assert "996" not in str(damaged.value)


def test_keys_stay_out_of_error_reports():
    assert "\\x" not in repr(RING)
    assert encoded(OLD) not in repr(RING)


def test_digests_differ_by_domain_value_and_key():
    other = Keyring({1: OLD}, b"e" * 32)
    digests = {
        RING.digest("phone", "+996555123401"),
        RING.digest("email", "+996555123401"),
        RING.digest("phone", "+996555123402"),
        other.digest("phone", "+996555123401"),
    }
    assert len(digests) == 4
    assert RING.digest("phone", "a") == RING.digest("phone", "a") == RING.mac("phone", b"a")[:16]


def test_keys_are_read_in_their_order():
    assert list(parse_keys([f"7:{encoded(NEW)}", f" 3:{encoded(OLD)} "])) == [7, 3]


@pytest.mark.parametrize(
    "entries",
    [
        ["no number"],
        [f"0:{encoded(OLD)}"],
        [f"256:{encoded(OLD)}"],
        [f"²:{encoded(OLD)}"],
        [f"{'1' * 5000}:{encoded(OLD)}"],
        [f"1:{encoded(OLD)}", f"1:{encoded(NEW)}"],
        [f"1:{encoded(b'short')}"],
        ["1:not base64!"],
        ["1:ключ"],
        ["1:"],
    ],
)
def test_a_key_that_cannot_be_read_is_refused_without_showing_it(entries):
    with pytest.raises(ImproperlyConfigured) as refused:
        parse_keys(entries)
    assert encoded(OLD) not in str(refused.value)


def test_a_key_has_thirty_two_bytes():
    assert parse_key(encoded(OLD)) == OLD


@pytest.mark.parametrize("missing", ["AMANAT_ENCRYPTION_KEYS", "AMANAT_DIGEST_KEY"])
def test_there_is_no_ring_without_keys(settings, missing):
    setattr(settings, missing, "")
    keyring.cache_clear()
    with pytest.raises(ImproperlyConfigured):
        keyring()
