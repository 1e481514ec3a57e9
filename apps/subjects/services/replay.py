"""Bringing blockings and releases back from the journal, for example after an old backup was restored."""

from apps.core.journal import JournalEntry
from apps.subjects.services import release, restrict

KINDS = (restrict.JOURNAL_KIND, release.JOURNAL_KIND)


def replay(entries: list[JournalEntry]) -> int:
    """Apply entries of both kinds in their order; how many of them the database did not have yet."""
    return sum(bool(_replay(entry)) for entry in entries)


def _replay(entry: JournalEntry) -> int:
    if entry.kind == restrict.JOURNAL_KIND:
        return restrict.replay_restriction(entry)
    return release.replay_release(entry)
