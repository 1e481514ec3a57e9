"""Django's PostgreSQL backend on the embedded server: the first connection of any process starts it."""

import contextlib
from pathlib import Path
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import sql

from config.embedded_postgres.server import server_of

OWNER = "postgres"


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects through the Unix socket of the server in settings' `HOST`, which here names the cluster's folder."""

    def get_connection_params(self) -> dict[str, Any]:
        """Parameters for psycopg; starts the server and makes the database when they are not there yet."""
        params = super().get_connection_params()
        params.update(host=server_of(Path(self.settings_dict["HOST"])).use(), user=OWNER)
        params.pop("password", None)
        self._ensure_database(params)
        return params

    def _ensure_database(self, params: dict[str, Any]) -> None:
        name = params["dbname"]
        if name != self.settings_dict.get("OWN_NAME"):
            return  # a test database or PostgreSQL's own: somebody else makes those
        timeout = params.get("connect_timeout")
        with psycopg.connect(
            host=params["host"], user=OWNER, dbname="postgres", connect_timeout=timeout, autocommit=True
        ) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                # Another process may be quicker; PostgreSQL then says so in one of two ways.
                with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self.settings_dict["OWN_NAME"] = None  # once a process is enough
