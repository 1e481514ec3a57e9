"""What must stand in the environment before Django's settings load: a home and keys of the test run's own.

Loaded by `-p tests.environment`. The controller of a parallel run makes the home; its workers inherit it.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import environ
import pytest

from config.embedded_postgres.server import server_of
from config.home import ensure_keys_file

_OWNED: list[Path] = []

# Dozens of processes are started in a run: compiled once, the project starts a third sooner in each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if "AMANAT_TEST_HOME" not in os.environ:
    _OWNED.append(Path(tempfile.mkdtemp(prefix="amanat-tests-")))
    _OWNED[0].chmod(0o755)
    os.environ["AMANAT_TEST_HOME"] = str(_OWNED[0])

os.environ["AMANAT_HOME"] = os.environ["AMANAT_TEST_HOME"]
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs an event loop in the test's thread
os.environ["CACHE_URL"] = "locmemcache://"
os.environ.setdefault("WHITENOISE_USE_FINDERS", "1")
# A connection that a thread of the web server kept would stand in the way of dropping the tests' database.
os.environ.setdefault("CONN_MAX_AGE", "0")
# Files as they lie in the sources: nothing has been collected.
os.environ.setdefault("STATICFILES_BACKEND", "django.contrib.staticfiles.storage.StaticFilesStorage")
environ.Env.read_env(ensure_keys_file(Path(os.environ["AMANAT_HOME"])))
Path(os.environ["AMANAT_HOME"], "static").mkdir(exist_ok=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind. Whoever made the home is the last to use its server: the workers have ended."""
    for home in _OWNED:
        server_of(home / "postgres").leave()
        shutil.rmtree(home, ignore_errors=True)
