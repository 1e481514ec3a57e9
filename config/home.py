"""AMANAT_HOME: the folder that keeps what one installation has, and the keys made for it."""

import base64
import os
import secrets
from pathlib import Path

KEY_NAMES = ("SECRET_KEY", "AMANAT_ENCRYPTION_KEYS", "AMANAT_DIGEST_KEY", "AMANAT_LINK_KEYS")


def _fresh_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _fresh_keys() -> str:
    lines = [
        f"SECRET_KEY={secrets.token_urlsafe(50)}",
        f"AMANAT_ENCRYPTION_KEYS=1:{_fresh_key()}",
        f"AMANAT_DIGEST_KEY={_fresh_key()}",
        f"AMANAT_LINK_KEYS=1:{_fresh_key()}",
    ]
    return "\n".join(lines) + "\n"


def ensure_keys_file(home: Path) -> Path:
    """Path of the keys file under `home`; written with fresh keys when there is none yet.

    Written to a file of its own first and linked into place, so that two processes that start
    together agree on one set of keys. Readable by its owner only.
    """
    path = home / "keys"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"keys.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(_fresh_keys())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path
