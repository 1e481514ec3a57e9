"""Codes of six digits that are sent to a person's phone or e-mail: made, kept as a keyed hash, compared, used up.

A model that waits for a code inherits `Coded`. Whoever sends one calls `issue` in the transaction in which it saves the
row; whoever is asked for one calls `check_code`, which locks the row, so that of many guesses at once each one counts.
It answers and never raises: an error would take back the count with everything else.

A code is good for LIFETIME, MOST_TRIES guesses and one right answer. A row sees MOST_CODES of them, PAUSE apart, so all
guesses together stay far below what is needed.

A model whose codes a job sends inherits `PostedCode`: nobody waits for a gateway, and how long one takes tells nobody
anything.
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from enum import Enum
from uuid import uuid4

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.fields import EncryptedTextField
from apps.core.keyring import keyring

DIGITS = 6
LIFETIME = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)
MOST_TRIES = 5
MOST_CODES = 10
CODE_FIELDS = ("code_mac", "code_sent_at", "code_tries", "codes_sent")
POSTED_FIELDS = (*CODE_FIELDS, "code", "key")
_BETWEEN = re.compile(r"[\s\u2010-\u2015-]+")


class Answer(Enum):
    """What a guess was: right, wrong, or in vain, because there is no code any more that could be guessed."""

    RIGHT = "right"
    WRONG = "wrong"
    GONE = "gone"


class NoCode(Exception):
    """No code can be made just now; `message` says why."""

    message: str | Promise


class TooSoon(NoCode):
    """The last one was sent a moment ago."""

    message = _("A code was sent a moment ago. Wait a minute before you ask for another one.")


class TooMany(NoCode):
    """There were MOST_CODES."""

    message = _("Too many codes were sent. Please call us.")


class Coded(models.Model):
    """A row that waits for a code. `code_mac` is empty when there is none: never sent, or answered rightly."""

    code_mac = models.BinaryField(null=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def waits_for_code(self) -> bool:
        """Whether there is a code that may still be guessed."""
        fresh = self.code_sent_at is not None and clock.now() < self.code_sent_at + LIFETIME
        return fresh and self.code_mac is not None and self.code_tries < MOST_TRIES

    @property
    def tries_left(self) -> int:
        """How many guesses are left."""
        return max(MOST_TRIES - self.code_tries, 0)

    @property
    def next_code_at(self) -> datetime | None:
        """The full minute from which another code may be asked for; None where it may be at once."""
        at = self.code_sent_at and self.code_sent_at + PAUSE
        return (at + timedelta(seconds=59)).replace(second=0, microsecond=0) if at and at > clock.now() else None

    def issue(self) -> str:
        """A new code, the only one that counts from now on. The row, which is saved already, and locked, has to be
        saved again with CODE_FIELDS. Raises TooSoon, TooMany.
        """
        now = clock.now()
        if self.code_sent_at is not None and now < self.code_sent_at + PAUSE:
            raise TooSoon
        if self.codes_sent >= MOST_CODES:
            raise TooMany
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        self.code_mac, self.code_sent_at, self.code_tries = self._mac(code), now, 0
        self.codes_sent += 1
        return code

    def take_back(self) -> None:
        """Of a code that could not be sent: another one may be asked for at once. To be saved like `issue`.

        One at which somebody guessed all the same is counted: guesses stay as few as they are.
        """
        self.code_mac = self.code_sent_at = None
        self.codes_sent -= not self.code_tries

    def guess(self, typed: str) -> Answer:
        """Count a guess and say what it was; blanks and dashes don't matter. To be saved like `issue`."""
        if not self.waits_for_code:
            return Answer.GONE
        self.code_tries += 1
        assert self.code_mac is not None
        if not hmac.compare_digest(bytes(self.code_mac), self._mac(_BETWEEN.sub("", typed))):
            return Answer.WRONG if self.code_tries < MOST_TRIES else Answer.GONE
        self.code_mac = None
        return Answer.RIGHT

    def _mac(self, code: str) -> bytes:
        """Bound to the row: a hash that is copied to another one fits nothing."""
        if self.pk is None:
            raise ValueError("A code belongs to a row that is saved.")
        return keyring().mac("code", f"{self._meta.db_table}.{self.pk}.{code}".encode())


class PostedCode(Coded):
    """A row whose code a job sends. `code` is there, encrypted, for as long as it is on its way; `key` names it to
    gateways, however often they are asked to take it, and to the job.
    """

    code = EncryptedTextField(_("code"), null=True)
    key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        abstract = True

    def post(self) -> None:
        """Make a code that is sent by a job. One that never got out before it counts no more. As `issue`, but to be
        saved with POSTED_FIELDS.
        """
        unsent = self.code is not None and not self.code_tries
        self.codes_sent -= unsent
        self.code, self.key = self.issue(), uuid4()


@transaction.atomic
def check_code(model: type[Coded], pk: object, typed: str) -> Answer:
    """What a guess at the row's code is, counted under a lock; a row that is gone has none."""
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return Answer.GONE
    answer = row.guess(typed)
    row.save(update_fields=CODE_FIELDS)
    return answer
