"""What a refusal that another app took means here: no address of the person is written to any more."""

from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4, uuid5

from apps.accounts.models import User
from apps.core import clock
from apps.core.choices import Channel
from apps.optouts.choices import Medium
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.facts import Fact
from apps.optouts.services.take import write_journal
from apps.optouts.services.take_from_person import REACHED_BY
from apps.subjects.models import Identifier
from apps.subjects.refusals import Refusal

_EVENTS = UUID("b7a2a5a4-3d0c-4f0e-9d57-8f6f2c1f6a90")


def refused_elsewhere(*, actor: User | None, refusals: Sequence[Refusal], batch: int | None = None) -> None:
    """Opt-outs for every address of these people that the channel reaches, in the journal first.

    Whoever took the refusal has checked that they may. Of people without an address there is nothing to stop.
    """
    facts = list(_facts(refusals, batch))
    if facts:
        write_journal(facts)
        apply_facts(actor=actor, facts=facts, batch=batch, heard=True)


def _facts(refusals: Sequence[Refusal], batch: int | None) -> Iterator[Fact]:
    now = clock.now()
    people = {refusal.subject_id for refusal in refusals if refusal.subject_id is not None}
    held: dict[int, list[tuple[str, bytes]]] = {}
    for subject_id, kind, digest in Identifier.objects.filter(subject__in=people).values_list(
        "subject_id", "kind", "digest"
    ):
        held.setdefault(subject_id, []).append((kind, bytes(digest)))
    for refusal in refusals:
        channel = refusal.channel or Channel.ALL
        for kind, digest in held.get(refusal.subject_id or 0, []):
            if kind in REACHED_BY[channel]:
                yield Fact(
                    kind=kind, digest=digest, channel=channel, purpose=refusal.purpose, medium=Medium(refusal.medium),
                    campaign=refusal.campaign, occurred=refusal.occurred_at, at=now,
                    id=uuid4() if batch is None else _same_id(batch, digest, channel, refusal),
                )  # fmt: skip


def _same_id(batch: int, digest: bytes, channel: str, refusal: Refusal) -> UUID:
    """The same for the same refusal of a file, however often a part of it is merged: a worker that died behind the
    journal and before the database has made the entry already.
    """
    said = (batch, digest.hex(), channel, refusal.purpose, refusal.medium, refusal.occurred_at.isoformat())
    return uuid5(_EVENTS, "|".join(map(str, said)))
