"""What tests that kill an import start as a process of its own, by `manage.py shell -c`."""

import hashlib
import json
import os
import signal
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from django.db import connections

from apps.consents.models import ConsentEvent, ConsentState
from apps.imports.choices import Status
from apps.imports.engine import table
from apps.imports.models import Batch
from apps.imports.services import judging, merging, staging
from apps.imports.services.deciding import confirm
from apps.imports.services.reading import read_batch
from apps.imports.services.receiving import Intake, receive
from apps.optouts.models import Suppression
from apps.partners.models import Partner
from apps.subjects.models import Subject

# The last word of a process that was not stopped.
DONE = "done"


def serve() -> None:
    """Do what each line of the input asks for, `file function(arguments)`, in a process of its own; says its number.

    Each is a copy of this process, which has the project loaded and does nothing else. What it says goes to the file.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for them
    for line in sys.stdin:
        connections.close_all()
        if child := os.fork():
            print(child, flush=True)  # noqa: T201
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        path, _, call = line.strip().partition(" ")
        with Path(path).open("w") as out, redirect_stdout(out):
            eval(call)  # noqa: S307
            print(DONE)  # noqa: T201
        sys.exit()


def take_in(path: str, kind: str = "members") -> None:
    """Make a batch of the file, and say its number."""
    print(taken_in(path, kind).pk)  # noqa: T201


def taken_in(path: str, kind: str = "members") -> Batch:
    """A batch that waits to be read."""
    intake = Intake()
    with Path(path).open("rb") as file:
        while data := file.read(1024 * 1024):
            intake.write(data)
    partner, _made = Partner.objects.get_or_create(code="bereke", defaults={"name": "Bereke"})
    return receive(actor=None, partner=partner, kind=kind, stored=intake.finish())


def timed(path: str, kind: str = "members") -> None:
    """Import a file, and say its figures and the seconds that reading and merging took."""
    started = time.perf_counter()
    batch = read_batch(batch_id=taken_in(path, kind).pk)
    read = time.perf_counter()
    confirm(actor=None, batch_id=batch.pk)
    batch = merging.merge_batch(batch_id=batch.pk)
    merged = time.perf_counter()
    said = {"figures": batch.figures, "read": read - started, "merge": merged - read, "all": merged - started}
    print(json.dumps(said))  # noqa: T201


def carry_on(batch_id: int, *, many_checkpoints: bool = True) -> None:
    """Do what is left to do of a batch, as its jobs would."""
    if many_checkpoints:
        judging.CHUNK_ROWS = 400
        staging.ALONE_BYTES, table.PIECE, staging.CHECKPOINT_BLOCKS = 0, 6_000, 2
    batch = Batch.objects.get(pk=batch_id)
    if batch.status in {Status.UPLOADED, Status.READING}:
        batch = read_batch(batch_id=batch_id)
    if batch.status == Status.READY:
        confirm(actor=None, batch_id=batch_id)
    merging.merge_batch(batch_id=batch_id)


def ledger() -> None:
    """Say how many acts there are, and a digest of all of them and of what follows from them."""
    acts = ConsentEvent.objects.values_list("purpose", "channel", "state", "occurred_at", "expires_at", "row", "counts")
    states = ConsentState.objects.values_list("purpose", "channel", "state", "since")
    stopped = Suppression.objects.values_list("digest", "channel", "purpose", "since")
    told = sorted(map(str, [*acts, *states, *((bytes(digest).hex(), *rest) for digest, *rest in stopped)]))
    print(len(acts), hashlib.sha256("\n".join(told).encode()).hexdigest())  # noqa: T201


def state() -> None:
    """Say how many people there are, and a digest of everything known about each, opened; not of their numbers."""
    people = []
    for person in Subject.objects.prefetch_related("identifiers", "records").iterator(2000):
        named = sorted(f"{i.kind} {i.value} {bytes(i.digest).hex()} {i.partner_id}" for i in person.identifiers.all())
        records = sorted(f"{r.category_id} {r.partner_id} {r.source} {r.payload}" for r in person.records.all())
        people.append(f"{person.language} {named} {records}")
    print(len(people), hashlib.sha256("\n".join(sorted(people)).encode()).hexdigest())  # noqa: T201
