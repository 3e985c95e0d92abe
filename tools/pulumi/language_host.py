"""Pulumi's language host for Python: what the engine starts to run a program.

The engine starts `pulumi-language-python [flags] ENGINE_ADDRESS`, reads one port from its stdout, and asks it over
gRPC to run the program. It stops the host with SIGINT. The host ends by itself when the engine is gone.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent import futures
from pathlib import Path
from typing import Any

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # programs are started by exec, never by a bare fork

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

VERSION = "3.274.1"  # of the engine that this host is built beside
SHOWN_EXIT_CODE = 32  # pulumi-language-python-exec: the person has been shown the error already
MESSAGE_LIMIT_BYTES = 400 << 20  # the engine's own limit (sdk/v3, rpcutil)
WATCH_SECONDS = 1.0


def interpreter(root: Path, options: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Return the Python that runs the program: the project's virtualenv, else the caller's, else python3."""
    virtualenv = options.get("virtualenv")
    if virtualenv:
        return str(root / Path(str(virtualenv)).expanduser() / "bin" / "python")
    if environment.get("PULUMI_PYTHON_CMD"):
        return environment["PULUMI_PYTHON_CMD"]
    if environment.get("VIRTUAL_ENV"):
        return str(Path(environment["VIRTUAL_ENV"]) / "bin" / "python")
    return "python3"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine. Holds one program at a time and ends it when asked or when the call is cancelled."""

    def __init__(self, engine_address: str, launcher: Path) -> None:
        self.engine_address = engine_address
        self.launcher = launcher
        self._programs: list[subprocess.Popen[bytes]] = []

    def _interpreter(self, info: Any) -> str:  # noqa: ANN401  # protobuf messages carry no types
        return interpreter(Path(info.root_directory), json_format.MessageToDict(info.options), os.environ)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Take the engine's address."""
        self.engine_address = request.engine_address or self.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def About(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Say which Python runs programs."""
        python = self._interpreter(request.info)
        answer = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
        return language_pb2.AboutResponse(executable=python, version=answer.stdout.strip().removeprefix("Python "))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Name no plugin: the engine asks for a provider when the first resource needs it."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """As GetRequiredPackages, for older engines."""
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """List the packages of the program's Python, by its own metadata (pip need not be there)."""
        listing = (
            "import json, importlib.metadata as m;"
            "print(json.dumps(sorted({d.metadata['Name']: d.version for d in m.distributions()}.items())))"
        )
        command = [self._interpreter(request.info), "-c", listing]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        found = json.loads(answer.stdout) if answer.returncode == 0 else []
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=name, version=version) for name, version in found]
        )

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """Ask nothing."""
        return language_pb2.RuntimeOptionsResponse()

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: ANN401, ARG002, N802
        """Install nothing: the environment that called the engine holds what the program needs."""
        yield language_pb2.InstallDependenciesResponse(stdout=b"the calling environment holds the dependencies\n")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        """End the program."""
        self.end_programs()
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: ANN401, N802
        """Run the program to its end; its output goes to stderr, which the engine shows."""
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        program = subprocess.Popen(
            self.command(request), env=environment, cwd=request.pwd or None, stdout=sys.stderr, stderr=sys.stderr
        )
        self._programs.append(program)
        context.add_callback(self.end_programs)
        code = program.wait()
        self._programs.remove(program)
        if code == SHOWN_EXIT_CODE:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}" if code else "")

    def command(self, request: Any) -> list[str]:  # noqa: ANN401
        """Return the command line that runs the request's program."""
        info = request.info
        program = Path(info.program_directory or request.program)
        if info.entry_point not in ("", "."):
            program /= info.entry_point
        flags = {
            "monitor": request.monitor_address,
            "engine": self.engine_address,
            "project": request.project,
            "root_directory": info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        named = [part for name, value in flags.items() for part in (f"--{name}", value)]
        return [self._interpreter(info), "-u", str(self.launcher), *named, str(program), *request.args]

    def end_programs(self) -> None:
        """End what still runs."""
        for program in list(self._programs):
            if program.poll() is None:
                program.terminate()


def end_with_parent(host: LanguageHost, parent: int) -> None:
    """Leave when the engine that started us is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    host.end_programs()
    os._exit(0)


def main() -> None:
    """Serve until the engine says SIGINT."""
    launcher = Path(__file__).resolve().with_name("pulumi-language-python-exec")
    host = LanguageHost(sys.argv[-1] if len(sys.argv) > 1 else "", launcher)

    def leave(*_: object) -> None:
        host.end_programs()
        os._exit(0)  # quietly: the engine reads anything else as a crash

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    options = [("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES)]
    server = grpc.server(futures.ThreadPoolExecutor(8), options=options)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    threading.Thread(target=end_with_parent, args=(host, os.getppid()), daemon=True).start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
