"""The journal: what was written is read back, in order of time, whatever a crash or a disk did to the rest."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.journal import Journal, JournalEntry, JournalUnavailable, parse_line, register_handler

START = datetime(2026, 5, 1, tzinfo=UTC)


def entry(second: int = 0, **data: object) -> JournalEntry:
    return JournalEntry(uuid4(), START + timedelta(seconds=second), "optout", data)


entries = st.builds(
    JournalEntry,
    st.uuids(),
    st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["optout", "restriction"]),
    st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers(), max_size=3),
)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def all_of(journal: Journal) -> list[JournalEntry | None]:
    return [line.entry for line in journal.read_all({})]


@given(entries)
def test_an_entry_is_read_back_as_it_was_written(one):
    assert parse_line(one.to_line()) == one


@given(entries, st.data())
def test_a_line_with_one_changed_byte_is_no_entry(one, data):
    line = one.to_line()
    place = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != line[place]))
    assert parse_line(line[:place] + bytes([byte]) + line[place + 1 :]) is None


@given(entries, st.data())
def test_a_line_cut_off_anywhere_is_no_entry(one, data):
    line = one.to_line()
    assert parse_line(line[: data.draw(st.integers(0, len(line) - 1))]) is None


@given(st.binary(max_size=80))
def test_garbage_is_no_entry(garbage):
    assert parse_line(garbage) is None
    assert parse_line(garbage + b"\n") is None


def test_a_torn_end_is_left_alone_and_a_damaged_line_is_told(tmp_path: Path):
    journal = Journal(tmp_path)
    first, second = entry(1), entry(2)
    (tmp_path / "a.journal").write_bytes(first.to_line() + b"00000000 {}\n" + second.to_line() + b"12ab cut o")
    assert all_of(journal) == [first, None, second]


def test_reading_goes_on_where_it_stopped(tmp_path: Path):
    journal = Journal(tmp_path)
    journal.write([entry(n) for n in range(3)])
    lines = list(journal.read_all({}))
    late = entry(9)
    journal.write([late])
    assert [line.entry for line in journal.read_all({lines[0].file: lines[-1].end})] == [late]


def test_files_of_several_processes_are_merged_by_time(tmp_path: Path):
    written = [entry(n, n=n) for n in range(300)]
    for part in range(3):
        Journal(tmp_path).write(written[part::3])
    assert len(Journal(tmp_path).files()) == 3
    assert all_of(Journal(tmp_path)) == written


def test_many_files_are_not_open_at_once(tmp_path: Path):
    for n in range(200):
        (tmp_path / f"{n:03}.journal").write_bytes(entry(n).to_line())
    open_before = open_files()
    lines = Journal(tmp_path).read_all({})
    next(lines)
    assert open_files() <= open_before + 1
    assert len(list(lines)) == 199


def test_a_large_file_is_read_whole(tmp_path: Path):
    journal = Journal(tmp_path)
    journal.write([entry(n, text="x" * 1000) for n in range(500)])
    assert len(all_of(journal)) == 500


def test_what_can_t_be_written_is_not_promised(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(JournalUnavailable):
        Journal(tmp_path / "file").append("optout", {})


def test_after_a_failed_write_the_next_one_stands_in_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    journal = Journal(tmp_path)
    kept = journal.append("optout", {})
    with monkeypatch.context() as disk:
        disk.setattr(os, "fdatasync", lambda _fd: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(JournalUnavailable):
            journal.append("optout", {})
    after = journal.append("optout", {})
    assert all_of(journal) == [kept, after]
    assert len(journal.files()) == 2


def test_threads_share_a_flush_and_all_are_on_disk_when_they_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    journal, begun, go_on, flushes = Journal(tmp_path), threading.Event(), threading.Event(), []

    def slow(_fd: int) -> None:
        flushes.append(1)
        begun.set()
        assert go_on.wait(30)

    monkeypatch.setattr(os, "fdatasync", slow)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(journal.append, "optout", {})
        assert begun.wait(30)
        others = [pool.submit(journal.append, "optout", {}) for _n in range(8)]
        while len(journal._waiting.parts) < 8:
            pass
        assert not any(one.done() for one in (first, *others))
        go_on.set()
        written = [one.result() for one in (first, *others)]
    assert len(flushes) == 2
    assert sorted(str(one.id) for one in all_of(journal)) == sorted(str(one.id) for one in written)


def test_all_who_share_a_failed_flush_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    journal = Journal(tmp_path)
    kept = journal.append("optout", {})
    begun, go_on = threading.Event(), threading.Event()

    def full(_fd: int) -> None:
        begun.set()
        assert go_on.wait(30)
        raise OSError(28, "full")

    with monkeypatch.context() as disk, ThreadPoolExecutor(4) as pool:
        disk.setattr(os, "fdatasync", full)
        first = pool.submit(journal.append, "optout", {})
        assert begun.wait(30)
        others = [pool.submit(journal.append, "optout", {}) for _n in range(3)]
        while len(journal._waiting.parts) < 3:
            pass
        go_on.set()
        for one in (first, *others):
            with pytest.raises(JournalUnavailable):
                one.result()
    after = journal.append("optout", {})
    assert all_of(journal) == [kept, after]


def test_a_child_process_writes_to_a_file_of_its_own(tmp_path: Path):
    journal = Journal(tmp_path)
    journal.append("optout", {"who": "parent"})
    child = os.fork()
    if child == 0:
        try:
            journal.append("optout", {"who": "child"})
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    journal.append("optout", {"who": "parent"})
    assert len(journal.files()) == 2
    assert sorted(one.data["who"] for one in all_of(journal)) == ["child", "parent", "parent"]


def test_a_kind_has_one_handler():
    with pytest.raises(ValueError, match="handler already"):
        register_handler("optout", len)
