"""The whole lab: bridge, mirror, cloud endpoint and hosts; up, down, and what a test may ask of it."""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab import host as hosts
from tests.lab.host import BRIDGE, PREFIX, LabHost
from tests.lab.parts import ROOT, cache, ended, parts, run, say, start

GATEWAY = "10.77.0.1"
MIRROR_PORT = 8090
CLOUD_PORT = 8080
HOSTS = (
    LabHost("north-1", "10.77.0.11", "plant-north"),
    LabHost("north-2", "10.77.0.12", "plant-north"),
    LabHost("south-1", "10.77.0.21", "plant-south"),
    LabHost("south-2", "10.77.0.22", "plant-south"),
)
_TOOLS = ("apt-ftparchive", "ip", "mmdebstrap", "mount", "ssh", "ssh-keygen", "systemd-nspawn")
_SERVICE_WAIT_S = 20


def impossible() -> str | None:
    """Say why this machine can't run the lab; None when it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "the edge lab needs root on Linux"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    return f"the edge lab needs {', '.join(missing)}" if missing else None


@dataclass
class Lab:
    """A running lab. `folder` holds its keys, logs and the files its mirror serves."""

    folder: Path
    host_keys: dict[str, str] = field(default_factory=dict)

    mirror_url: str = f"http://{GATEWAY}:{MIRROR_PORT}"
    cloud_url: str = f"http://{GATEWAY}:{CLOUD_PORT}"

    @property
    def key(self) -> Path:
        """Private key of the user `aimigrate` on every host."""
        return self.folder / "id_ed25519"

    def mirror_variables(self) -> dict[str, object]:
        """Return the overrides that point the playbooks at the lab's mirror."""
        source = f"Types: deb\nURIs: {self.mirror_url}/apt\nSuites: ./\nTrusted: yes\n"
        return {
            "runtime_apt_source": source,
            "runtime_python_find_links": f"{self.mirror_url}/wheels/",
            "runtime_python_trusted_hosts": [GATEWAY],
            "jetson_base_model_file": "/etc/device_tree_model",
        }

    def publish(self, name: str, model: bytes) -> str:
        """Put a model on the mirror and in the cloud endpoint; return its URL."""
        path = self.folder / "www" / "models" / f"{name}.onnx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(model)
        return f"{self.mirror_url}/models/{name}.onnx"

    def root_of(self, host: LabHost) -> Path:
        """Root of a host's file system, seen from outside."""
        return self.folder / host.machine / "root"

    def ssh(self, host: LabHost, command: str) -> str:
        """Run a command on a host over SSH with its pinned key; return what it printed."""
        known = self.folder / "known_hosts"
        known.write_text("".join(f"{item.address} {self.host_keys[item.name]}\n" for item in HOSTS))
        pinned = ("-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={known}", "-o", "BatchMode=yes")
        return run("ssh", "-q", "-i", self.key, *pinned, f"aimigrate@{host.address}", command)


@contextlib.contextmanager
def running() -> Iterator[Lab]:
    """Yield a lab and remove it afterwards, on failure too. One lab a machine: a second one waits."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        down()
        try:
            yield up()
        finally:
            down()


def up() -> Lab:
    """Start everything; use `running` unless the lab shall outlive the process."""
    built = parts()
    folder = cache() / "run"
    (folder / "www").mkdir(parents=True)
    (folder / "www" / "apt").symlink_to(built.apt)
    (folder / "www" / "wheels").symlink_to(built.wheels)
    lab = Lab(folder)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", lab.key)
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "addr", "add", f"{GATEWAY}/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")
    _serve(folder, "mirror", "http.server", "--bind", GATEWAY, "--directory", str(folder / "www"), str(MIRROR_PORT))
    models = folder / "www" / "models"
    _serve(folder, "cloud", "tests.lab.cloud", GATEWAY, str(CLOUD_PORT), str(models))
    authorized = lab.key.with_suffix(".pub").read_text()
    for item in HOSTS:
        place = folder / item.machine
        lab.host_keys[item.name] = " ".join(hosts.make_root(item, place, built.root, authorized).split()[:2])
        hosts.boot(item, place)
    for item in HOSTS:
        hosts.wait_for_ssh(item)
    for url in (f"{lab.mirror_url}/", f"{lab.cloud_url}/v2/health/ready"):
        _wait_for(url)
    say(f"up: {len(HOSTS)} hosts at {', '.join(item.address for item in HOSTS)}; files in {folder}")
    return lab


def down() -> None:
    """Remove every host, process, link and mount of a lab, one that crashed included."""
    folder = cache() / "run"
    for pid_file in sorted(folder.glob("*.pid")):
        _end_service(pid_file)
    left = {path.name for pattern in (folder, Path("/run/netns"), Path("/sys/class/net")) for path in _ours(pattern)}
    for name in sorted(left):
        hosts.end(name, folder / name)
    if Path("/sys/class/net", BRIDGE).exists():
        run("ip", "link", "del", BRIDGE)
    shutil.rmtree(folder, ignore_errors=True)


def _ours(folder: Path) -> list[Path]:
    return list(folder.glob(f"{PREFIX}*")) if folder.is_dir() else []


def _serve(folder: Path, name: str, module: str, *arguments: str) -> None:
    pid = start([sys.executable, "-m", module, *arguments], folder / f"{name}.log", cwd=ROOT)
    (folder / f"{name}.pid").write_text(f"{pid} {module}")


def _end_service(pid_file: Path) -> None:
    """End a service by its id, if that id is still it."""
    pid, module = pid_file.read_text().split()
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists() and module.encode() in command.read_bytes():
        os.kill(int(pid), signal.SIGTERM)
        ended(int(pid), _SERVICE_WAIT_S)
    pid_file.unlink()


def _wait_for(url: str) -> None:
    give_up = time.monotonic() + _SERVICE_WAIT_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - an address of the lab
                return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)
