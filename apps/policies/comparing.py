"""Two texts side by side, with what is gone and what is new marked by words.

Paragraphs are matched first, as wholes; those that are not the same are paired with the one most like them, and inside
a pair words are matched. Each step is bounded, so that no text, however long or monotonous, keeps a reader waiting.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal

from apps.core.markdown import Block, blocks

Kind = Literal["same", "changed", "added", "removed", "form"]
Mark = Literal["", "gone", "new"]
# Below this share of common words two paragraphs have nothing to do with each other.
ALIKE = 0.35
MOST_PAIRS = 10_000  # that are looked at to pair paragraphs; beyond, those in the same place are paired
MOST_WORDS = 4_000  # of a paragraph, for its words to be matched
CONTEXT = 1  # unchanged paragraphs that stay beside a change when the others are folded away
_FOLDED = 3  # fewer than these are not worth folding


@dataclass(frozen=True)
class Piece:
    """Words of one paragraph that stand together and share a mark."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Side:
    """A paragraph as one of the two texts has it: the tag of its block, its words."""

    tag: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Row:
    """What stands side by side. `form`: the same words, written differently (bold, a heading's level)."""

    kind: Kind
    old: Side | None
    new: Side | None


@dataclass(frozen=True)
class Stretch:
    """Rows one after the other; `folded` when nothing changes in them and they are many."""

    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True)
class Comparison:
    """Two texts, row by row."""

    rows: tuple[Row, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many rows there are of each kind."""
        return Counter(row.kind for row in self.rows)

    @property
    def same(self) -> bool:
        """Whether the two texts are one."""
        return all(row.kind == "same" for row in self.rows)

    def stretches(self) -> list[Stretch]:
        """The rows, with what is unchanged and far from any change set apart."""
        near = self._near()
        grouped = groupby(enumerate(self.rows), key=lambda numbered: near[numbered[0]])
        stretches = [(is_near, tuple(row for _number, row in rows)) for is_near, rows in grouped]
        return [Stretch(rows, not is_near and len(rows) >= _FOLDED) for is_near, rows in stretches]

    def _near(self) -> list[bool]:
        """Whether each row is a change or stands beside one."""
        near = [False] * len(self.rows)
        for number, row in enumerate(self.rows):
            if row.kind != "same":
                for beside in range(max(number - CONTEXT, 0), min(number + CONTEXT + 1, len(near))):
                    near[beside] = True
        return near


def compare(old: str, new: str) -> Comparison:
    """Two Markdown texts, compared."""
    return Comparison(tuple(_rows(blocks(old), blocks(new))))


def _rows(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Row]:
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            yield from (_row(block, block) for block in old[i1:i2])
        else:
            yield from (_row(before, after) for before, after in _pairs(old[i1:i2], new[j1:j2]))


def _opcodes(old: Sequence[object], new: Sequence[object]) -> Iterator[tuple[str, int, int, int, int]]:
    """As SequenceMatcher's, which goes through what both have in common at the ends as well: that is done first.

    What occurs in more than a hundredth of a long text is no anchor (its `autojunk`), or it would take for ever.
    """
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    if start:
        yield "equal", 0, start, 0, start
    matcher = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end])
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield tag, i1 + start, i2 + start, j1 + start, j2 + start
    if end:
        yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _common(old: Sequence[object], new: Sequence[object]) -> int:
    """How many are the same from the beginning on."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[Block | None, Block | None]]:
    """What was changed beside what it was changed to, in the order of both texts; with None what has no counterpart."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return list(zip_longest(old, new))
    return _aligned(old, new, _likeness(old, new))


def _likeness(old: Sequence[Block], new: Sequence[Block]) -> list[list[float]]:
    """The share of words that each two have in common; 0 where it is too small to pair them."""
    bags = [Counter(block.text.split()) for block in new]
    table = []
    for block in old:
        bag = Counter(block.text.split())
        shares = [2 * (bag & other).total() / max(bag.total() + other.total(), 1) for other in bags]
        table.append([share if share >= ALIKE else 0.0 for share in shares])
    return table


def _aligned(
    old: Sequence[Block], new: Sequence[Block], alike: list[list[float]]
) -> list[tuple[Block | None, Block | None]]:
    """The pairing with the greatest likeness in all, by dynamic programming from the end."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = best[i + 1][j + 1] + alike[i][j] if alike[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[Block | None, Block | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return [*pairs, *((block, None) for block in old[i:]), *((None, block) for block in new[j:])]


def _plain(block: Block, mark: Mark = "") -> Side:
    return Side(block.tag, (Piece(mark, block.text),))


def _row(old: Block | None, new: Block | None) -> Row:
    if old is None or new is None:
        kind: Kind = "removed" if new is None else "added"
        return Row(kind, _plain(old, "gone") if old else None, _plain(new, "new") if new else None)
    if old.text == new.text:
        return Row("same" if old == new else "form", _plain(old), _plain(new))
    before, after = _words(old.text, new.text)
    return Row("changed", Side(old.tag, before), Side(new.tag, after))


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > MOST_WORDS:
        return (Piece("gone", old),), (Piece("new", new),)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        same = tag == "equal"
        if i2 > i1:
            left.append(Piece("" if same else "gone", " ".join(before[i1:i2])))
        if j2 > j1:
            right.append(Piece("" if same else "new", " ".join(after[j1:j2])))
    return tuple(left), tuple(right)
