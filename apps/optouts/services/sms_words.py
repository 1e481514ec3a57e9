"""Words by which people refuse SMS: one alone in a message is a refusal, in whatever alphabet it was typed."""

import unicodedata

WORDS = (
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "REMOVE",
    "СТОП", "ОТПИСКА", "ОТПИСАТЬСЯ", "ТОКТОТ",
)  # fmt: skip
LONGEST = 60  # characters of a message that may still be a word with marks around it

# Capitals of three alphabets that look the same, each given as its Latin one where there is one. П has none; the Greek
# one stands for it. A zero is typed for an O.
_CYRILLIC, _GREEK = "АВЕЅІЈКМНОРСТУХ", "ΑΒΕΙΚΜΗΟΡΤΥΧΖΝΠ"
_LOOK_ALIKES = str.maketrans(_CYRILLIC + _GREEK + "0", "ABESIJKMHOPCTYX" + "ABEIKMHOPTYXZNП" + "O")
_OPENING = {"Ps", "Pi"}
_CLOSING = {"Pe", "Pf", "Pi", "Po"}  # „…“ closes with what opens elsewhere
_QUOTES = "\"'`"


def _skeleton(word: str) -> str:
    return word.casefold().upper().translate(_LOOK_ALIKES)


_SKELETONS = frozenset(map(_skeleton, WORDS))


def is_refusal(text: str) -> bool:
    """Whether a message is one of WORDS and nothing more: after NFKC, trimming, marks around it, case and look-alikes.

    Anything longer is not: what it means is for a person to say.
    """
    if len(text) > LONGEST:
        return False
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return _skeleton(_bare(visible)) in _SKELETONS


def _bare(text: str) -> str:
    """Without blanks and closing marks behind it, quotes and brackets around it."""
    start, end = 0, len(text)
    while end > start and _closes(text[end - 1]):
        end -= 1
    while start < end and _opens(text[start]):
        start += 1
    return text[start:end]


def _closes(mark: str) -> bool:
    return mark.isspace() or mark in _QUOTES or unicodedata.category(mark) in _CLOSING


def _opens(mark: str) -> bool:
    return mark.isspace() or mark in _QUOTES or unicodedata.category(mark) in _OPENING
