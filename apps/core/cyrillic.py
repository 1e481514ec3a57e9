"""Telling single-byte Cyrillic encodings apart.

Between them nothing proves anything: the same bytes are letters in each. What tells them apart is how the words look:
KOI8-R and Windows-1251 have upper and lower case the other way round, so that the wrong one reads `тЕЛЕФОН`, and the
frequent letters change places.
"""

import re

SINGLE_BYTE = ("cp1251", "koi8-r", "cp866")
MIN_PLAUSIBLE = 0.95

_WORD = re.compile(r"[А-Яа-яЁёӨөҮүҢң]+")
# Punctuation that texts have beside letters: quotes, dashes, number sign, no-break space, ellipsis, degree.
_BESIDE = frozenset("«»“”„‘’–—№\u00a0…°•§€")
_FREQUENT = frozenset("оеаинтсрвлкмдп")


def plausibility(sample: bytes, encoding: str) -> float:
    """How much the sample read so looks like Russian or Kyrgyz: about 1 to 2 for text, less than 0.95 for noise."""
    try:
        high = [c for c in sample.decode(encoding) if c > "\x7f"]
        words = _WORD.findall(sample.decode(encoding))
    except UnicodeDecodeError:
        return 0.0
    letters = "".join(words)
    known = len(letters) + sum(c in _BESIDE for c in high)
    frequent = sum(c.lower() in _FREQUENT for c in letters)
    turned = sum(len(word) - 1 for word in words if len(word) > 1 and word[0].islower() and word[1:].isupper())
    shouted = sum(letter.isupper() for word in words for letter in word[1:])
    turned += shouted / 8  # capitals throughout are possible, small letters are likelier
    return (known + frequent - 2 * turned) / len(high) if high else 0.0
