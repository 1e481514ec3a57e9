"""What a letter becomes: a message of the case that it answers, or a request of its own."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.cases.choices import CameBy, Direction, LinkKind
from apps.cases.models import Case, Message
from apps.cases.services.attach import attach
from apps.cases.services.link import link_cases
from apps.cases.services.move import move
from apps.cases.services.taking_hold import hold
from apps.cases.services.write import LONGEST, NewMessage, add_message, add_note
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.subjects.models import Identifier
from apps.support.choices import MailOutcome, Topic
from apps.support.mail.letters import Letter
from apps.support.models import SupportRequest, TakenMail
from apps.support.services.take_in import NewRequest, take_in
from apps.support.workflow import SUPPORT

RESUME = "resume"
MOST_FILES = 30
_REFERENCE = re.compile(rf"\b{SUPPORT.prefix}[-\u2010-\u2015]20\d\d[-\u2010-\u2015]0*(\d{{1,12}})\b", re.IGNORECASE)
_KYRGYZ = re.compile("[өүңӨҮҢ]")
_CYRILLIC = re.compile("[а-яА-Я]")


def answer_or_open(letter: Letter, received_at: datetime) -> tuple[str, Case]:
    """(MailOutcome, case). A letter of the person in an open case is a message of it, and where the case waits for
    them, its clock goes on. Whatever else answers a case, from another address or after its end, is a request of its
    own, linked with it: nobody writes into somebody's case, and nothing stays unseen in a closed one.
    """
    case = _answered(letter)
    row = hold(case, None) if case else None
    if row is not None and row.is_open and _is_theirs(row, letter):
        _say(row, letter, received_at)
        if row.status in row.workflow.waiting:
            move(row, RESUME, actor=None, seen=None)
        return MailOutcome.REPLY, row
    made = Case.objects.get(pk=_open(letter, received_at).pk)
    if row is not None:
        link_cases(made, actor=None, other=row, kind=LinkKind.RELATED if row.is_open else LinkKind.FOLLOWS)
    return MailOutcome.REQUEST, made


def _answered(letter: Letter) -> Case | None:
    """The case that a letter answers: by what we sent, by what its sender wrote before, or by the reference in its
    subject, which anybody can guess, where the sender is the case's contact.
    """
    sent = Message.objects.filter(direction=Direction.OUT, key__in=_keys(letter)).order_by("-pk").first()
    if sent is not None:
        return sent.case
    before = TakenMail.objects.filter(digest__in=letter.answers, case__isnull=False).order_by("-pk").first()
    if before is not None:
        return before.case
    named = _REFERENCE.search(letter.heading)
    if named is None or letter.sender_digest is None:
        return None
    theirs = SupportRequest.objects.filter(pk=int(named[1]), contact_digest=letter.sender_digest).first()
    return Case.objects.get(pk=theirs.pk) if theirs else None


def _keys(letter: Letter) -> list[UUID]:
    """What may be the keys of messages that we sent."""
    found = []
    for reference in letter.references:
        try:
            found.append(UUID(reference.partition("@")[0]))
        except ValueError:
            continue
    return found


def _is_theirs(case: Case, letter: Letter) -> bool:
    """Whether the sender is the case's contact, or its person."""
    digest = letter.sender_digest
    if SupportRequest.objects.filter(pk=case.pk, contact_digest=digest).exists():
        return True
    return Identifier.objects.filter(digest=digest, kind=IdentifierKind.EMAIL, subject=case.subject_id or 0).exists()


def _open(letter: Letter, received_at: datetime) -> SupportRequest:
    new = NewRequest(
        topic=Topic.QUESTION, came_by=CameBy.EMAIL, received_at=received_at, contact_kind=IdentifierKind.EMAIL,
        contact=letter.sender,
    )  # fmt: skip
    language = (new.person.language if new.person else "") or _language(f"{letter.heading} {letter.text}")
    request = take_in(actor=None, new=replace(new, language=language))
    _say(Case.objects.get(pk=request.pk), letter, received_at)
    return request


def _language(text: str) -> str:
    """By its letters: what only Kyrgyz has, else Cyrillic is Russian, else nobody knows."""
    if _KYRGYZ.search(text) or not _CYRILLIC.search(text):
        return "ky"
    return "ru"


def _say(case: Case, letter: Letter, received_at: datetime) -> None:
    """Keep text and files; what of them can't be kept is named in a note."""
    text = letter.text or letter.heading or "—"
    said = NewMessage(
        direction=Direction.IN, came_by=CameBy.EMAIL, text=text[:LONGEST], heading=letter.heading,
        happened_at=received_at,
    )  # fmt: skip
    add_message(case, actor=None, message=said)
    files = [(file.name, file.data) for file in letter.files]
    if len(text) > LONGEST:
        files.insert(0, (_("whole text"), text.encode()))
    refused = []
    for name, data in files[:MOST_FILES]:
        try:
            attach(case, actor=None, name=name, data=data)
        except NotPossible as error:
            refused.append(f"{name or '—'}: {error.message}")
    too_many = _("more files than are taken of one letter")
    refused += [f"{name or '—'}: {too_many}" for name, _data in files[MOST_FILES:]]
    if refused:
        told = "\n".join([_("Files of the letter that were not taken:"), *refused])
        add_note(case, actor=None, text=told[:LONGEST])
