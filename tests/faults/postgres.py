"""A real PostgreSQL on the loopback address, of the test's own, gone when the block ends."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_USER = "postgres"
_CHEAP = "-c fsync=off -c max_connections=200"  # what a power cut would lose is made again by the next test


def _folder() -> Path | None:
    found = shutil.which("postgres")
    every = [Path(found).resolve()] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return every[-1].parent if every else None


@contextmanager
def running() -> Iterator[str]:
    """Give the URL of an empty database. Skips the test where there is no PostgreSQL."""
    binaries = _folder()
    if binaries is None:
        pytest.skip("no PostgreSQL here: `make system` installs it")
    as_user: list[str] = []
    with tempfile.TemporaryDirectory(prefix="aimigrate-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        if os.getuid() == 0:  # the server refuses root
            as_user = ["runuser", "-u", _USER, "--"]
            os.chown(folder, pwd.getpwnam(_USER).pw_uid, -1)
        data, port = f"{folder}/data", _free_port()

        def tool(name: str, *given: str) -> None:
            command = [*as_user, str(binaries / name), *given]
            done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, timeout=120)
            assert done.returncode == 0, f"{name}: {done.stderr}{done.stdout}"

        tool("initdb", "-D", data, "-U", _USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {_CHEAP}"
        tool("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
        finally:
            tool("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
