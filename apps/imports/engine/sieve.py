"""Finding what may occur twice among millions of digests, in memory that does not grow."""

from struct import iter_unpack

BITS = 28  # one in a hundred of a million rows is suspected in vain; the database settles which


class Sieve:
    """Remembers a bit of every digest: one whose bit is set may have come before, one whose bit is not has not."""

    def __init__(self) -> None:
        self._seen = bytearray(1 << (BITS - 3))

    def perhaps_repeated(self, digests: bytes) -> list[bytes]:
        """Those of the digests, 16 bytes each one behind the other, that may have come before."""
        seen, found = self._seen, []
        for place, (head,) in enumerate(iter_unpack(">I12x", digests)):
            number = head >> (32 - BITS)
            mask = 1 << (number & 7)
            if seen[number >> 3] & mask:
                found.append(digests[place * 16 : place * 16 + 16])
            else:
                seen[number >> 3] |= mask
        return found
