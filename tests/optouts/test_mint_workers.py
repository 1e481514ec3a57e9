"""Big lists get their links from several processes, with the same result as from one."""

import os
import signal

import pytest
from django.core.management import CommandError, call_command

from apps.core.workers import Workers
from apps.optouts.services import mint_file as minting
from apps.optouts.services.mint import Mailing
from apps.optouts.services.mint_file import BadList, Summary, mint_file

pytestmark = pytest.mark.django_db

ODD = ['"A ""B""\r\nC; D";0555123401\r\n', "\r\n", ';"9,96555E+11"\r\n', ";нет\r\n", "short\r\n", ";;;more\r\n"]
LIST = "имя;телефон;город\r\n" + "".join(
    f"Айгүл {n};0555{n:06d};Ош\r\n" + (ODD[n % len(ODD)] if n % 7 == 0 else "") for n in range(3000)
)


def minted(tmp_path, content: str, encoding: str = "utf-8") -> tuple[bytes, Summary]:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content.encode(encoding))
    mailing = Mailing(channel="sms", campaign="жаз", language="ky")
    summary = mint_file(actor=None, source=source, target=target, mailing=mailing, column="телефон")
    return target.read_bytes(), summary


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_several_processes_write_what_one_does(tmp_path, monkeypatch, encoding):
    alone, counted = minted(tmp_path, LIST, encoding)
    monkeypatch.setattr(minting, "ALONE_BYTES", 0)
    monkeypatch.setattr(minting, "_BLOCK", 4096)
    together, counted_together = minted(tmp_path, LIST, encoding)
    assert counted.links > 3000
    assert set(counted.unusable) == {"empty", "destroyed", "malformed"}
    assert counted_together == counted
    assert together == alone


def test_blocks_of_any_size_give_the_same_bytes(tmp_path, monkeypatch):
    whole, counted = minted(tmp_path, LIST)
    assert "/u/" in whole.decode()
    for size in (1, 100, 5000):
        monkeypatch.setattr(minting, "_BLOCK", size)
        assert minted(tmp_path, LIST) == (whole, counted)


def test_what_a_process_can_t_read_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(minting, "ALONE_BYTES", 0)
    with pytest.raises(BadList, match="can't be read: field larger than"):
        minted(tmp_path, LIST + f"{'x' * 140_000};0555123401;\r\n")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_process_that_dies_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(minting, "ALONE_BYTES", 0)
    started = Workers.map

    def killed(pool, chunks):
        os.kill(pool._processes[0].pid, signal.SIGKILL)
        return started(pool, chunks)

    monkeypatch.setattr(Workers, "map", killed)
    (tmp_path / "in.csv").write_text(LIST)
    with pytest.raises(CommandError, match="run it again"):
        call_command("mint_links", tmp_path / "in.csv", tmp_path / "out.csv", channel="sms", column="телефон")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
