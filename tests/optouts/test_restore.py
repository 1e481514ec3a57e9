"""The drill: a backup is restored that knows nothing of the last opt-outs, and the journal brings them back."""

import json
import subprocess
from pathlib import Path

import pytest

from apps.core import clock
from apps.optouts.services.confirmations import Confirmation, seal_confirmation
from apps.optouts.services.links import Link, seal
from apps.optouts.services.parts import Part
from config.embedded_postgres.binaries import binary
from tests.optouts.test_database_down import known, links, refuse
from tests.servers import Home, WebServer, own_home, web_server

pytestmark = pytest.mark.embedded


def run(home: Home, program: str, *arguments: str) -> None:
    where = ("-h", home.socket_folder, "-U", "postgres")
    subprocess.run([binary(program), *where, *arguments], check=True, capture_output=True, timeout=120)


def confirm(web: WebServer, many: list[Link]) -> None:
    """Press the link of a confirmation that each of them asked for just now."""
    for link in many:
        asked = Confirmation(
            kind=link.kind, digest=link.digest, masked=link.masked, asked=clock.now(), parts=(Part(link.channel),)
        )
        where = f"/u/confirm/{seal_confirmation(asked)}"
        assert web.request("POST", where, b"from-page=1").status == 200


def test_what_was_promised_after_the_backup_holds_after_its_restore(tmp_path: Path):
    """100 refusals come after the dump. 10 of the people, and 2 from before, receive it again; 3 refuse once more."""
    old, new = links("old", 5), links("new", 100)
    back, anew = [*old[:2], *new[:10]], new[:3]
    staying = [link for link in old + new if link not in back or link in anew]
    dump = str(tmp_path / "dump")
    with own_home() as home:
        with web_server(home) as web:
            assert set(refuse(web, old)) == {200}
            run(home, "pg_dump", "-Fc", "-f", dump, "amanat")
            assert set(refuse(web, new)) == {200}
            assert known(home, old + new) == 105
            confirm(web, back)
        with web_server(home) as another:  # a process of its own writes a journal file of its own
            assert set(refuse(another, anew)) == {200}
            assert (known(home, old + new), known(home, staying)) == (96, 96)
        run(home, "dropdb", "amanat")
        run(home, "createdb", "amanat")
        run(home, "pg_restore", "--exit-on-error", "-d", "amanat", dump)
        assert known(home, old + new) == 5
        report = json.loads(home.manage("replay_journal", "--json").stdout)
        assert report["kinds"] == {
            "optout": {"entries": 108, "applied": 103, "present": 5, "refused": 0},
            "resubscription": {"entries": 12, "applied": 12, "present": 0, "refused": 0},
        }
        assert report["files"] == 2
        assert (known(home, old + new), known(home, staying)) == (96, 96)
        assert "in all          120 entries: 0 new, 120 known, 0 refused" in home.manage("replay_journal").stdout
        assert (known(home, old + new), known(home, staying)) == (96, 96)
        with web_server(home) as web:
            assert web.request("GET", f"/u/{seal(new[0])}").status == 200
