"""The drill: a backup is restored that knows nothing of the last opt-outs, and the journal brings them back."""

import subprocess
from pathlib import Path

import pytest

from apps.optouts.services.links import seal
from config.embedded_postgres.binaries import binary
from tests.optouts.test_database_down import known, links, refuse
from tests.servers import Home, own_home, web_server

pytestmark = pytest.mark.embedded


def run(home: Home, program: str, *arguments: str) -> None:
    where = ("-h", home.socket_folder, "-U", "postgres")
    subprocess.run([binary(program), *where, *arguments], check=True, capture_output=True, timeout=120)


def test_what_was_promised_after_the_backup_holds_after_its_restore(tmp_path: Path):
    old, new = links("old", 5), links("new", 100)
    dump = str(tmp_path / "dump")
    with own_home() as home:
        with web_server(home) as web:
            assert set(refuse(web, old)) == {200}
            run(home, "pg_dump", "-Fc", "-f", dump, "amanat")
            assert set(refuse(web, new)) == {200}
            assert known(home, old + new) == 105
        run(home, "dropdb", "amanat")
        run(home, "createdb", "amanat")
        run(home, "pg_restore", "--exit-on-error", "-d", "amanat", dump)
        assert known(home, old + new) == 5
        report = home.manage("replay_journal").stdout
        assert "105 entries: 100 new, 5 known, 0 refused" in report
        assert known(home, old + new) == 105
        with web_server(home) as web:
            assert web.request("GET", f"/u/{seal(new[0])}").status == 200
