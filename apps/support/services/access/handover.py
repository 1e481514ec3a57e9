"""Handing a released copy over: by a link that expires and a code, or on paper. Each time that it is fetched counts."""

import io
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, files
from apps.core.codes import Answer, check_code
from apps.core.errors import NotPossible
from apps.core.keyring import keyring
from apps.core.sending import REACHABLE
from apps.subjects.models import Identifier
from apps.support import actions
from apps.support.choices import CopyState, HandedBy
from apps.support.models import AccessLink, AccessPackage
from apps.support.services.access.holding import MAY_RELEASE, case_of, hold_package, require_same_person

OUT = (CopyState.RELEASED, CopyState.HANDED)
PIECE_BYTES = 64 * 1024


class LinkGone(Exception):
    """A link that leads nowhere: unknown, expired, used up or taken back. Nobody is told which."""


@dataclass(frozen=True)
class MadeLink:
    """A link, and the address on the web that is shown this once."""

    link: AccessLink
    url: str = field(repr=False)


@transaction.atomic
def make_link(*, package: AccessPackage, actor: User, identifier: Identifier) -> MadeLink:
    """A link to a released copy, whose code goes to this address of the person; links before it are taken back.

    Raises NotPossible, PermissionDenied.
    """
    require(actor, MAY_RELEASE)
    row = hold_package(package.pk, *OUT)
    require_same_person(row)
    if not row.file:
        raise NotPossible(_("The file of this copy is destroyed. Prepare a new one."))
    if identifier.subject_id != row.person or identifier.kind not in REACHABLE:
        raise NotPossible(_("A code can only go to a phone or e-mail of the person."))
    row.links.filter(revoked_at=None).update(revoked_at=clock.now())
    secret = secrets.token_urlsafe(24)
    days = settings.ACCESS_LINK_DAYS
    link = AccessLink.objects.create(
        package=row, kind=identifier.kind, digest=bytes(identifier.digest), secret_mac=_mac(secret), made_by=actor,
        expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip
    record(actor, actions.LINKED, case_of(row.request), copy=row.pk, days=days)
    return MadeLink(link, f"{settings.PUBLIC_BASE_URL}/copy/{secret}")


def _mac(secret: str) -> bytes:
    return keyring().mac("access link", secret.encode())


def find_link(secret: str) -> AccessLink:
    """The link of an address, while something can be fetched by it. Raises LinkGone."""
    alive = AccessLink.objects.alive().select_related("package__request")
    link = alive.filter(secret_mac=_mac(secret)).first() if len(secret) < 100 else None
    if link is None or not fits(link.package) or link.address is None:
        raise LinkGone
    return link


def fits(package: AccessPackage) -> bool:
    """Whether a copy is still of whom its request names."""
    try:
        require_same_person(package)
    except NotPossible:
        return False
    return True


@transaction.atomic
def revoke(*, package: AccessPackage, actor: User) -> None:
    """Take back the links to a copy. Raises NotPossible where there is none, PermissionDenied."""
    require(actor, MAY_RELEASE)
    row = hold_package(package.pk, *OUT)
    if not row.links.alive().update(revoked_at=clock.now()):
        raise NotPossible(_("There is no link that could be taken back."))
    record(actor, actions.REVOKED, case_of(row.request), copy=row.pk)


@dataclass(frozen=True)
class Download:
    """A copy on its way to the person."""

    package: AccessPackage
    stream: io.BufferedReader

    def pieces(self) -> Iterator[bytes]:
        """All of it; once the last piece was taken it is handed over."""
        with self.stream:
            while piece := self.stream.read(PIECE_BYTES):
                yield piece
        hand_over(package_id=self.package.pk, by=HandedBy.LINK)


def fetch(*, link: AccessLink, typed: str) -> Download | Answer:
    """The copy for the right code; else what the guess was. Counted before the first byte leaves. Raises LinkGone."""
    answer = check_code(AccessLink, link.pk, typed)
    if answer != Answer.RIGHT:
        _note_wrong(link)
        return answer
    with transaction.atomic():
        row = AccessLink.objects.alive().select_for_update(of=("self",)).filter(pk=link.pk).first()
        if row is None or not fits(row.package):
            raise LinkGone
        row.downloads += 1
        row.save(update_fields=["downloads"])
        facts = {"copy": row.package_id, "nth": row.downloads, "way": HandedBy.LINK}
        record(None, actions.DOWNLOADED, case_of(row.package.request), **facts)
        return Download(row.package, files.open_stored(row.package.file))


@transaction.atomic
def _note_wrong(link: AccessLink) -> None:
    """Record a guess that counted; whoever goes on guessing in vain fills no record."""
    row = AccessLink.objects.select_related("package__request").filter(pk=link.pk).first()
    if row is not None and row.code_tries > link.code_tries:
        left = row.tries_left
        record(None, actions.CODE_WRONG, case_of(row.package.request), copy=row.package_id, tries_left=left)


@transaction.atomic
def open_page(*, package: AccessPackage, actor: User) -> io.BufferedReader:
    """The readable page, to be printed; that it was opened is recorded. Raises NotPossible, PermissionDenied."""
    require(actor, MAY_RELEASE)
    row = hold_package(package.pk, *OUT)
    require_same_person(row)
    if not row.page:
        raise NotPossible(_("The file of this copy is destroyed. Prepare a new one."))
    record(actor, actions.PRINTED, case_of(row.request), copy=row.pk)
    return files.open_stored(row.page)


@transaction.atomic
def hand_over_paper(*, package: AccessPackage, actor: User, to: str) -> AccessPackage:
    """Say that the person has it on paper, and who took it. Raises NotPossible, PermissionDenied."""
    require(actor, MAY_RELEASE)
    row = hold_package(package.pk, CopyState.RELEASED)
    require_same_person(row)
    if row.machine_only:
        raise NotPossible(_("A copy for programs is handed over as a file."))
    row.handed_to = to
    row.save(update_fields=["handed_to"])
    return hand_over(package_id=row.pk, by=HandedBy.PAPER, actor=actor)


@transaction.atomic
def hand_over(*, package_id: int, by: str, actor: User | None = None) -> AccessPackage:
    """A copy is with the person; whoever comes second changes nothing."""
    row = AccessPackage.objects.select_for_update(of=("self",)).select_related("request").get(pk=package_id)
    if row.state != CopyState.RELEASED:
        return row
    row.state, row.handed_at, row.handed_by = CopyState.HANDED, clock.now(), HandedBy(by)
    row.save(update_fields=["state", "handed_at", "handed_by"])
    record(actor, actions.HANDED, case_of(row.request), copy=row.pk, way=row.handed_by)
    return row
