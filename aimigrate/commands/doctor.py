"""`aimigrate doctor`: what this machine has, what it lacks, and how to get it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from aimigrate.contracts.base import Frozen

OLDEST_PYTHON = (3, 11)
LEAST_FREE_GIB = 2.0  # the engine (0.2), a demo's files, and the edge lab's root file system (0.7)
GIB = 1 << 30
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Check(Frozen):
    """One thing a job needs: found or not, for what, and how to get it."""

    name: str
    found: bool
    required: bool
    detail: str
    used_for: str
    fix: str | None = None


def checks(environment: Mapping[str, str]) -> tuple[Check, ...]:
    """Look at the machine. Calls no service and reads no secret's value."""
    lookers: tuple[Callable[[Mapping[str, str]], Check], ...] = (
        *(_python, _engine, _sdk, _aws_provider, _go),
        *(_ansible, _ansible_runner, _chromium, _docker, _disk, _credentials),
    )
    return tuple(look(environment) for look in lookers)


def _python(_: Mapping[str, str]) -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fine = sys.version_info >= OLDEST_PYTHON
    fix = None if fine else "install Python 3.11 or newer"
    return Check(name="python", found=fine, required=True, detail=version, used_for="everything", fix=fix)


def _engine(environment: Mapping[str, str]) -> Check:
    from aimigrate.rollout.engine import find

    engine = find(environment)
    return Check(
        name="pulumi engine",
        found=engine is not None,
        required=True,
        detail=f"{engine.version} from {engine.source}: {engine.path}" if engine else "none on PATH, none in the cache",
        used_for="preview and rollout (without it the demo previews under mocks)",
        fix=None
        if engine
        else "install Pulumi (https://www.pulumi.com/docs/install), or `make tools` in a checkout (needs Go)",
    )


def _packages(name: str, packages: tuple[str, ...], extra: str, used_for: str) -> Check:
    found, missing = [], []
    for package in packages:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing.append(package)
    fix = f"pip install 'aimigrate[{extra}]'" if missing else None
    words = "; ".join((*found, *(f"{package} missing" for package in missing)))
    return Check(name=name, found=not missing, required=True, detail=words, used_for=used_for, fix=fix)


def _sdk(_: Mapping[str, str]) -> Check:
    return _packages("pulumi packages", ("pulumi", "pulumi-aws"), "pulumi", "preview and rollout")


def _aws_provider(environment: Mapping[str, str]) -> Check:
    home = Path(environment.get("PULUMI_HOME") or Path(environment.get("HOME") or Path.home()) / ".pulumi")
    on_path = shutil.which("pulumi-resource-aws", path=environment.get("PATH"))
    plugins = sorted(path.name for path in home.glob("plugins/resource-aws-v*") if path.is_dir())
    found = bool(on_path or plugins)
    return Check(
        name="pulumi aws provider",
        found=found,
        required=False,
        detail=on_path or ", ".join(plugins) or "not installed",
        used_for="a real AWS account (the demo uses its own stand-in)",
        fix=None if found else "the engine fetches it at the first preview; offline: `pulumi plugin install` elsewhere",
    )


def _tool(
    name: str, commands: tuple[str, ...], environment: Mapping[str, str], *, required: bool, used_for: str, fix: str
) -> Check:
    beside = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    path = next((found for found in (shutil.which(command, path=beside) for command in commands) if found), None)
    detail = f"{_first_line(path)} ({path})" if path else "not on PATH"
    fix_shown = None if path else fix
    return Check(name=name, found=path is not None, required=required, detail=detail, used_for=used_for, fix=fix_shown)


def _first_line(path: str) -> str:
    flag = "version" if Path(path).name == "go" else "--version"
    try:
        answer = subprocess.run(  # noqa: S603  # found on PATH by its name
            [path, flag], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return "does not answer"
    lines = (answer.stdout or answer.stderr).strip().splitlines()
    return lines[0].strip() if lines else "says nothing"


def _go(environment: Mapping[str, str]) -> Check:
    fix = "install Go 1.21 or newer (https://go.dev/dl); only to build the engine"
    return _tool("go", ("go",), environment, required=False, used_for="building the engine (`make tools`)", fix=fix)


def _ansible(environment: Mapping[str, str]) -> Check:
    fix = "pip install 'aimigrate[ansible]'"
    return _tool(
        "ansible", ("ansible-playbook",), environment, required=True, used_for="sites: rollout and rollback", fix=fix
    )


def _ansible_runner(_: Mapping[str, str]) -> Check:
    return _packages("ansible-runner", ("ansible-runner",), "ansible", "sites: rollout and rollback")


def _chromium(environment: Mapping[str, str]) -> Check:
    fix = "apt install chromium, or any Chrome"
    return _tool("chromium", CHROMIUM_NAMES, environment, required=False, used_for="tests of the report", fix=fix)


def _docker(environment: Mapping[str, str]) -> Check:
    fix = "not needed here: sites bring their own runtime"
    return _tool("docker", ("docker",), environment, required=False, used_for="building images by hand", fix=fix)


def _disk(environment: Mapping[str, str]) -> Check:
    from aimigrate.rollout.engine import cache_folder

    places = {"here": Path.cwd(), "cache": cache_folder(environment)}
    free = {}
    for name, place in places.items():
        there = next(folder for folder in (place, *place.parents) if folder.exists())
        free[name] = shutil.disk_usage(there).free / GIB
    fine = min(free.values()) >= LEAST_FREE_GIB
    words = ", ".join(f"{name} {gib:.1f} GiB free" for name, gib in free.items())
    fix = None if fine else f"make room: {LEAST_FREE_GIB:.0f} GiB"
    return Check(name="disk", found=fine, required=True, detail=words, used_for="everything", fix=fix)


def _credentials(environment: Mapping[str, str]) -> Check:
    """Look where the AWS SDK looks first; ask nothing and nobody."""
    home = Path(environment.get("HOME") or Path.home())
    sources = {
        "environment": bool(environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY")),
        "web identity": bool(environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")),
        "container": bool(
            environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            or environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        ),
        "credentials file": Path(
            environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / ".aws" / "credentials"
        ).is_file(),
        "config file": Path(environment.get("AWS_CONFIG_FILE") or home / ".aws" / "config").is_file(),
    }
    found = [name for name, there in sources.items() if there]
    return Check(
        name="aws credentials",
        found=bool(found),
        required=False,
        detail="from " + ", ".join(found) + " (not tried)" if found else "none found",
        used_for="assess and rollout on your own account (the demo needs none)",
        fix=None
        if found
        else "`aws configure sso`, or set AWS_PROFILE; `aimigrate iam-policy` prints the least rights",
    )


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def doctor(
        *, as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, alone on stdout.")] = False
    ) -> None:
        """Say what this machine has, what it lacks, and how to get it. Exits 1 when something required is missing."""
        from aimigrate.output import emit_json, stdout

        found = checks(os.environ)
        ready = all(check.found for check in found if check.required)
        if as_json:
            emit_json({"ready": ready, "checks": [check.model_dump(mode="json") for check in found]})
        else:
            for check in found:
                mark = "ok     " if check.found else "MISSING" if check.required else "absent "
                stdout.print(f"{mark} {check.name:<20} {check.detail}", markup=False)
                if check.fix:
                    stdout.print(f"        {check.used_for}: {check.fix}", markup=False)
            stdout.print("ready" if ready else "not ready: something required is missing", markup=False)
        raise typer.Exit(0 if ready else 1)
