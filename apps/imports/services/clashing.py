"""Whom a row in conflict names, what contradicts what, and what may therefore be decided about it."""

from dataclasses import dataclass

from apps.core.choices import IdentifierKind
from apps.imports.choices import Decision
from apps.imports.conflicts import Conflict
from apps.imports.models import DIGESTS
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.move_identifier import MOVABLE

_PHONE, _EMAIL, _TOKEN, _CARD = IdentifierKind.PHONE, IdentifierKind.EMAIL, IdentifierKind.TOKEN, IdentifierKind.CARD


@dataclass(frozen=True)
class Named:
    """An identifier that the row names, and the stored one with the same digest, where somebody has it."""

    kind: str
    digest: bytes
    held: Identifier | None

    @property
    def person(self) -> Subject | None:
        """Whose it is."""
        return self.held.subject if self.held else None


@dataclass(frozen=True)
class Clash:
    """A row against the registers as they are. `named` is ordered by strength, as the engine judges; `identifiers` are
    all of those of the people named, by the person's key. `shared_in_file`: a later row of the file, which counted,
    contradicts this one.
    """

    row: Conflict
    named: list[Named]
    identifiers: dict[int, list[Identifier]]
    shared_in_file: bool

    @property
    def people(self) -> list[Subject]:
        """Everybody whom the row names, strongest identifier first."""
        return list(dict.fromkeys(named.person for named in self.named if named.person))

    @property
    def parties(self) -> list[Subject]:
        """Those between whom is to be decided: an e-mail, which families share, counts where nothing stronger does."""
        strong = list(dict.fromkeys(n.person for n in self.named if n.person and n.kind != _EMAIL))
        return strong or self.people

    @property
    def target(self) -> Subject | None:
        """Whose row it is by its strongest identifier; None when that names somebody who is not known yet."""
        found = self.parties[0] if self.parties else None
        return None if found is None or self._names_somebody_else(found) else found

    def _names_somebody_else(self, found: Subject) -> bool:
        if self.shared_in_file and self.named[0].held is None:
            return True
        by_email_alone = all(n.held is None for n in self.named if n.kind != _EMAIL)
        return self.other_token(found) or (by_email_alone and self._reached_otherwise(found))

    def _reached_otherwise(self, found: Subject) -> bool:
        """Whether the person has another phone, or another card of the same partner, than the row names."""
        kinds, partner = {named.kind for named in self.named}, self.row.batch.partner_id
        return any(
            row.kind in kinds and (row.kind == _PHONE or (row.kind == _CARD and row.partner_id == partner))
            for row in self.identifiers[found.pk]
        )

    def other_token(self, person: Subject) -> bool:
        """Whether the row names a token that is nobody's while the person has one."""
        token = next((named for named in self.named if named.kind == _TOKEN), None)
        return token is not None and token.held is None and any(r.kind == _TOKEN for r in self.identifiers[person.pk])

    @property
    def two_tokens(self) -> bool:
        """Whether the one person of whom this is said would have more than one token that was not replaced."""
        held = [r for p in self.parties for r in self.identifiers[p.pk] if r.kind == _TOKEN and r.replaced_at is None]
        return len(held) + any(named.kind == _TOKEN and named.held is None for named in self.named) > 1

    @property
    def foreign(self) -> list[Named]:
        """What the row names and somebody else has."""
        return [named for named in self.named if named.person and named.person != self.target]

    @property
    def moving(self) -> list[Named]:
        """What would move to the row's person: the phone; an e-mail only where it is all."""
        return [named for named in self.foreign if named.kind != _EMAIL] or self.foreign

    @property
    def blocked(self) -> list[Subject]:
        """People whose data may be kept only, and not used."""
        return [person for person in self.people if person.restricted]

    def offers(self) -> list[Decision]:
        """What may be decided, likeliest first."""
        if self.blocked:
            return [Decision.LEAVE_OUT]
        offered = {
            Decision.SAME_PERSON: self._may_be_one(),
            Decision.MOVED: bool(self.foreign) and all(named.kind in MOVABLE for named in self.moving),
            Decision.TAKE_IN: len(self.foreign) < len(self.named),
            Decision.LEAVE_OUT: True,
        }
        return [decision for decision, possible in offered.items() if possible]

    def _may_be_one(self) -> bool:
        if not self.foreign or not self.parties:
            return False
        return not (self.shared_in_file and self.other_token(self.parties[0]))


def clash_of(row: Conflict) -> Clash:
    """What stands against a row, in two queries."""
    digests = [(kind, bytes(digest)) for kind in DIGESTS if (digest := getattr(row, kind))]
    held = Identifier.objects.filter(digest__in=[digest for _kind, digest in digests]).select_related("subject")
    found = {(identifier.kind, bytes(identifier.digest)): identifier for identifier in held}
    named = [Named(kind, digest, found.get((kind, digest))) for kind, digest in digests]
    identifiers: dict[int, list[Identifier]] = {identifier.subject_id: [] for identifier in found.values()}
    for identifier in Identifier.objects.filter(subject__in=identifiers).select_related("partner").order_by("pk"):
        identifiers[identifier.subject_id].append(identifier)
    return Clash(row, named, identifiers, row.reason == "shared-in-file")
