"""Blockings whose person the database doesn't know: promised before a restore, met when the person comes in again."""

from collections.abc import Iterable

from apps.audit.services import record
from apps.core.journal import JournalEntry
from apps.subjects import actions
from apps.subjects.models import AwaitedRestriction, Identifier, Subject


def await_people(entry: JournalEntry) -> int:
    """Remember those digests of a journalled blocking that lead to nobody; how many were not remembered before."""
    digests = {bytes.fromhex(digest) for digest in entry.data["digests"]}
    digests -= set(map(bytes, Identifier.objects.filter(digest__in=digests).values_list("digest", flat=True)))
    known = AwaitedRestriction.objects.filter(digest__in=digests, since__gte=entry.at).values_list("digest", flat=True)
    digests -= set(map(bytes, known))
    AwaitedRestriction.objects.bulk_create(
        [
            AwaitedRestriction(digest=digest, entry=entry.id, since=entry.at, reason=entry.data["reason"])
            for digest in sorted(digests)
        ],
        update_conflicts=True, unique_fields=["digest"], update_fields=["entry", "since", "reason"],
    )  # fmt: skip
    return len(digests)


def no_longer_await(entry: JournalEntry) -> int:
    """Forget all that was remembered of whom a journalled release is about; how many digests."""
    meant = AwaitedRestriction.objects.filter(digest__in=map(bytes.fromhex, entry.data["digests"]), since__lt=entry.at)
    rows = AwaitedRestriction.objects.filter(entry__in=list(meant.values_list("entry", flat=True)))
    return rows.delete()[0]


def forget_digest(digest: bytes) -> None:
    """The number or address is somebody else's now, of whom nothing was promised."""
    AwaitedRestriction.objects.filter(digest=digest).delete()


def block_if_awaited(subject: Subject, digests: Iterable[bytes]) -> None:
    """Block a person who has come in again. Their digests stay remembered until the release: files may know more."""
    awaited = AwaitedRestriction.objects.filter(digest__in=list(digests)).order_by("-since").first()
    if awaited is None or subject.restricted:
        return
    subject.restricted_at = subject.restriction_changed_at = awaited.since
    subject.restriction_reason = awaited.reason
    subject.save(update_fields=["restricted_at", "restriction_changed_at", "restriction_reason"])
    record(None, actions.RESTRICT, subject, reason=awaited.reason, replayed=True)
