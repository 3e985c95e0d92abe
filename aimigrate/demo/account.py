"""The embedded AWS account: moto on a loopback port, seeded with one company's fortnight and its bill.

For demonstration and tests alone. Nothing here reaches any other host, and no real credential is read.
"""

import ipaddress
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from aimigrate.demo.seed import Company, load_company
from aimigrate.demo.seed_cloud import Cloud, Seeded, session_with
from aimigrate.errors import UsageProblem

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"  # AWS's own documentation example: opens nothing
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 # as above
LOOPBACK = "127.0.0.1"
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class DemoAccount:
    """A running embedded account. `ledger` is what was seeded, known without asking the account."""

    endpoint_url: str
    account_id: str
    now: datetime
    regions: tuple[str, ...]
    environment: dict[str, str]
    bill: Path
    ledger: tuple[Seeded, ...]
    company: Company


@contextmanager
def running(seed: Path | None = None, *, host: str = LOOPBACK, port: int = 0) -> Iterator[DemoAccount]:
    """Run the embedded account until the block ends; the server, its state and its folder then go.

    `seed` is a company file of the reader's own; `port` 0 takes a free one. Raises UsageProblem for a host
    that is not loopback, a seed that can't be read or a second account in one process, MachineProblem when no
    port can be had.
    """
    if not _is_loopback(host):
        raise UsageProblem(
            what=f"the embedded account was not started on {host}",
            why="it holds no security of its own and answers this machine alone",
            fix=f"leave the host out, or give a loopback address such as {LOOPBACK}",
        )
    from aimigrate.demo.seed_server import served

    company = load_company(seed)
    with tempfile.TemporaryDirectory(prefix="aimigrate-demo-") as folder, _state(), served(host, port) as endpoint_url:
        environment = {
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": company.regions[0],
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": f"{LOOPBACK},localhost",
            "AWS_CONFIG_FILE": f"{folder}/none",
            "AWS_SHARED_CREDENTIALS_FILE": f"{folder}/none",
        }
        with _own_settings_only():
            cloud = _fill(company, endpoint_url)
        bill = _write_bill(company, cloud, Path(folder))
        yield DemoAccount(
            endpoint_url=endpoint_url,
            account_id=company.account_id,
            now=company.now,
            regions=company.regions,
            environment=environment,
            bill=bill,
            ledger=tuple(cloud.ledger),
            company=company,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name: it could come to mean any address
        return False


@contextmanager
def _state() -> Iterator[None]:
    """Start from empty backends, and leave them empty. Raises UsageProblem while another account runs here."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data
    from moto.moto_api._internal import mock_random

    def forget() -> None:
        BackendDict.reset()
        reset_model_data()

    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise UsageProblem(
            what="a second embedded account was not started",
            why="this process runs one already, and moto keeps one state for a process",
            fix="use the one that runs, or start another process",
        )
    try:
        forget()
        yield
    finally:
        forget()
        mock_random.seed()
        _ONE_AT_A_TIME.release()


@contextmanager
def _own_settings_only() -> Iterator[None]:
    """Hide the user's AWS profile and files for a moment: moto opens sessions of its own, and they may be broken."""
    before = dict(os.environ)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    try:
        yield
    finally:
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]


def _fill(company: Company, endpoint_url: str) -> Cloud:
    from aimigrate.demo.seed_account import fill

    return fill(company, endpoint_url, session_with(ACCESS_KEY, SECRET_KEY), ACCESS_KEY)


def _write_bill(company: Company, cloud: Cloud, folder: Path) -> Path:
    from aimigrate.demo.seed_bill import focus_csv
    from aimigrate.documents import save

    return save(folder / f"focus-{company.billing.month}.csv", focus_csv(company, cloud.used))
