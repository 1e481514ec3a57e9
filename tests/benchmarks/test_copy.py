"""The copy of a person with 10,000 records: time and peak memory beside a plain SELECT of the same rows to a file.

`BENCH_RECORDS` sets how many. Says figures; judges nothing but that the memory does not grow with the records.
"""

import json
import os
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from apps.core import clock
from apps.subjects.models import PersonalRecord
from apps.support.services.access.prepare import collect, prepare
from apps.support.services.access.release import put_together, release
from tests.factories import IdentifierFactory
from tests.support.copies import verified_request

RECORDS = int(os.environ.get("BENCH_RECORDS", "10000"))
MEBIBYTE = 1024 * 1024


def somebody_with(records: int, partner):
    subject = IdentifierFactory().subject
    now = clock.now()
    PersonalRecord.objects.bulk_create(
        [
            PersonalRecord(
                subject=subject, partner=partner, category_id="purchases", source="partner", observed_at=now,
                key=nth.to_bytes(16), payload_digest=bytes(16),
                payload={"item": f"чай {nth}", "amount": f"{nth}.50", "occurred_at": now.isoformat(), "place": "Ош"},
            )
            for nth in range(records)
        ],
        batch_size=1000,
    )  # fmt: skip
    return subject


def measured(act):
    """(result, seconds, peak of Python's memory in MiB): timed first, for tracing memory makes it slower."""
    began = time.perf_counter()
    result = act()
    return result, time.perf_counter() - began


def peak_of(act) -> float:
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1] / MEBIBYTE
    tracemalloc.stop()
    return peak


def plain(subject, path: Path) -> None:
    """The baseline: the same rows, decrypted, a line each."""
    with path.open("w") as file:
        for record in PersonalRecord.objects.filter(subject=subject).iterator():
            file.write(json.dumps(record.payload, ensure_ascii=False) + "\n")


@pytest.mark.django_db
def test_a_copy_is_streamed(officer, partner, tmp_path):
    peaks = {}
    for records in (RECORDS // 10, RECORDS):
        subject = somebody_with(records, partner)
        _none, bare = measured(lambda subject=subject: plain(subject, tmp_path / "plain"))
        package = prepare(verified_request(subject), actor=officer)
        _copy, collecting = measured(lambda package=package: collect(package_id=package.pk))
        release(package=package, actor=officer, looked=True)
        _copy, building = measured(lambda package=package: put_together(package_id=package.pk))
        package.refresh_from_db()
        again = prepare(verified_request(subject), actor=officer)
        peak = peak_of(lambda again=again: collect(package_id=again.pk))
        release(package=again, actor=officer, looked=True)
        built = peak_of(lambda again=again: put_together(package_id=again.pk))
        base = peak_of(lambda subject=subject: plain(subject, tmp_path / "plain"))
        peaks[records] = max(peak, built)
        sys.stderr.write(
            f"\n{records} records, {package.size / MEBIBYTE:.1f} MiB of ZIP: plain SELECT {bare:.2f} s, {base:.1f} MiB;"
            f" collected in {collecting:.2f} s ({collecting / bare:.1f} times), {peak:.1f} MiB;"
            f" put together in {building:.2f} s ({building / bare:.1f} times), {built:.1f} MiB\n"
        )
    assert peaks[RECORDS] < 3 * peaks[RECORDS // 10]
