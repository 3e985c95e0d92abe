"""One host of the lab: a booted systemd-nspawn container with its own address, SSH host key and cgroup."""

import os
import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from tests.lab.parts import ended, run, start

PREFIX = "aimig-"
BRIDGE = "aimig0"
CGROUPS = Path("/sys/fs/cgroup")
STANDIN = Path(__file__).parent / "standin"
_SSH_WAIT_S = 60
_STOP_WAIT_S = 15


@dataclass(frozen=True)
class LabHost:
    """Name, address and place of a host; `module` as in sites.yaml."""

    name: str
    address: str
    site: str
    module: str = "jetson-agx-orin-64gb"

    @property
    def machine(self) -> str:
        """Name of its namespace, link, cgroup and container: at most 15 characters, what a link may have."""
        return f"{PREFIX}{self.name}"


def make_root(host: LabHost, folder: Path, base: Path, authorized_key: str) -> str:
    """Lay a writable root over the base and give it its own keys; return its public host key."""
    for name in ("upper", "work", "root"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    root = folder / "root"
    layers = f"lowerdir={base},upperdir={folder / 'upper'},workdir={folder / 'work'}"
    run("mount", "-t", "overlay", "overlay", "-o", layers, root)
    (root / "etc/hostname").write_text(f"{host.name}\n")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n{host.address} {host.name}\n")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", host.name, "-f", root / "etc/ssh/ssh_host_ed25519_key")
    ssh = root / "home/aimigrate/.ssh"
    ssh.mkdir(mode=0o700)
    (ssh / "authorized_keys").write_text(authorized_key)
    owner = (root / "home/aimigrate").stat()
    for path in (ssh, ssh / "authorized_keys"):
        os.chown(path, owner.st_uid, owner.st_gid)
    if host.module != "x86-64":
        shutil.copy(STANDIN / "nv_tegra_release", root / "etc/nv_tegra_release")
        shutil.copy(STANDIN / "device_tree_model", root / "etc/device_tree_model")
        for tool in ("nvpmodel", "tegrastats", "jetson_clocks"):
            shutil.copy(STANDIN / tool, root / "usr/sbin" / tool)
    return (root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()


def boot(host: LabHost, folder: Path) -> None:
    """Start the host in its own namespace and cgroup; its process id is kept beside its root."""
    name = host.machine
    run("ip", "netns", "add", name)
    run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
    run("ip", "link", "set", name, "master", BRIDGE, "up")
    run("ip", "-n", name, "addr", "add", f"{host.address}/24", "dev", "eth0")
    run("ip", "-n", name, "link", "set", "eth0", "up")
    run("ip", "-n", name, "link", "set", "lo", "up")
    entrances = _make_cgroups(name)
    inside = {} if (CGROUPS / "cgroup.controllers").exists() else {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "0"}
    command = [
        "systemd-nspawn",
        "--quiet",
        "--boot",
        "--register=no",
        "--keep-unit",
        "--resolv-conf=off",
        f"--machine={name}",
        f"--directory={folder / 'root'}",
        f"--network-namespace-path=/run/netns/{name}",
    ]
    join = "".join(f"echo $$ >{entrance} && " for entrance in entrances)
    pid = start(["sh", "-c", f'{join}exec "$@"', "sh", *command], folder / "console.log", **inside)
    (folder / "pid").write_text(str(pid))


def wait_for_ssh(host: LabHost) -> None:
    """Return when the host's own sshd greets; raise after a minute."""
    give_up = time.monotonic() + _SSH_WAIT_S
    while time.monotonic() < give_up:
        try:
            with socket.create_connection((host.address, 22), timeout=1) as link:
                if link.recv(4) == b"SSH-":
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{host.name} has no SSH prompt after {_SSH_WAIT_S} s; see its console.log")


def end(name: str, folder: Path) -> None:
    """Remove a host and every trace of it; what is not there is no error."""
    _stop(name, folder / "pid")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        if line.split()[1] == str(folder / "root"):
            run("umount", "--lazy", folder / "root")
    if Path("/sys/class/net", name).exists():
        run("ip", "link", "del", name)
    if Path("/run/netns", name).exists():
        run("ip", "netns", "del", name)
    for group in _cgroups(name):
        for inner in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            _remove_cgroup(inner)
        _remove_cgroup(group)
    shutil.rmtree(folder, ignore_errors=True)


def _stop(name: str, pid_file: Path) -> None:
    """End the container by its id, if that id is still it; then whatever its cgroup still holds."""
    if pid_file.exists():
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and f"--machine={name}".encode() in command.read_bytes():
            os.kill(pid, signal.SIGTERM)
            ended(pid, _STOP_WAIT_S)
    for _ in range(20):
        left = {int(pid) for group in _cgroups(name) for pid in _members(group)}
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.1)


def _hierarchies() -> list[Path]:
    if (CGROUPS / "cgroup.controllers").exists():
        return [CGROUPS]
    return sorted(path for path in CGROUPS.iterdir() if path.is_dir() and not path.is_symlink())


def _cgroups(name: str) -> list[Path]:
    return [path / name for path in _hierarchies() if (path / name).is_dir()]


def _make_cgroups(name: str) -> list[Path]:
    groups = [path / name for path in _hierarchies()]
    for group in groups:
        group.mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):
            if (group / setting).exists() and (group.parent / setting).exists():
                (group / setting).write_text((group.parent / setting).read_text())
    return [group / "cgroup.procs" for group in groups]


def _members(group: Path) -> list[str]:
    files = [group / "cgroup.procs", *group.rglob("cgroup.procs")]
    return [pid for file in files if file.exists() for pid in file.read_text().split()]


def _remove_cgroup(group: Path) -> None:
    for _ in range(20):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
