"""The sieve lets no digest through that came before."""

from hashlib import md5

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.imports.engine.sieve import Sieve

DIGESTS = st.lists(st.integers(0, 30).map(lambda n: md5(bytes([n]), usedforsecurity=False).digest()), max_size=60)


@settings(deadline=None)
@given(DIGESTS, st.integers(1, 7))
def test_whatever_came_before_is_named(digests, at_once):
    sieve = Sieve()
    blocks = [digests[at : at + at_once] for at in range(0, len(digests), at_once)]
    named = [sieve.perhaps_repeated(b"".join(block)) for block in blocks]
    seen, expected = set(), []
    for digest in digests:
        expected += [digest] if digest in seen else []
        seen.add(digest)
    assert [digest for block in named for digest in block] == expected


def test_few_are_named_in_vain():
    sieve = Sieve()
    many = [md5(str(n).encode(), usedforsecurity=False).digest() for n in range(20_000)]
    assert len(sieve.perhaps_repeated(b"".join(many))) < 20
    assert len(sieve.perhaps_repeated(b"".join(many))) == 20_000
