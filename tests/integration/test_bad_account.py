"""`aimigrate assess` when the account, its credentials, its region or the disk can't be used.

A server of the test's own on loopback stands for AWS where moto does not refuse what AWS refuses.
"""

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ACCOUNT = "123456789012"
OTHER = "111122223333"
CALLER = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/reader</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
REGIONS = """<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>
<item><regionName>eu-central-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>
<item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>
<item><regionName>ap-east-1</regionName><optInStatus>not-opted-in</optInStatus></item>
</regionInfo></DescribeRegionsResponse>"""

Code = Callable[[str, str], str | None]


def _error(service: str, code: str) -> str:
    """Return an error the way the service's protocol writes it."""
    if service == "ec2":
        return f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>"
    if service in ("sts", "autoscaling", "elasticloadbalancing"):
        return f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    return json.dumps({"__type": code, "message": "no"})


@contextmanager
def aws(refusal: Code) -> Iterator[str]:
    """Serve an account that answers who is asking and which regions there are, and else what `refusal` says."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server looks for
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            service = re.search(r"/([a-z0-9-]+)/aws4_request", self.headers["Authorization"]).group(1)  # type: ignore[union-attr]  # signed
            match = re.search(r"Action=(\w+)", body)
            action = match.group(1) if match else self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
            code = refusal(service, action)
            known = {"GetCallerIdentity": CALLER, "DescribeRegions": REGIONS}.get(action)
            text = _error(service, code or "AccessDeniedException") if code or known is None else known
            self.send_response(403 if code or known is None else 200)
            self.send_header("x-amzn-errortype", code or "AccessDeniedException")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815  # as above

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def nothing(service: str, action: str) -> None:
    """Refuse only what the server does not know."""


@pytest.fixture(scope="module")
def denying() -> Iterator[str]:
    """Give an account in which the caller may ask who he is and which regions there are, and nothing more."""
    with aws(nothing) as url:
        yield url


def aimigrate(
    *arguments: str, url: str | None = None, keys: bool = True, limit_bytes: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does; no case may end in a traceback."""
    environment = {**os.environ, "AWS_MAX_ATTEMPTS": "1", "COLUMNS": "200"}
    if url:
        environment["AWS_ENDPOINT_URL"] = url
    if keys:
        environment |= {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}

    def limit() -> None:
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    ended = subprocess.run(
        [sys.executable, "-m", "aimigrate", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
        preexec_fn=limit,  # the child runs one thread until it execs
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["assess"], "no account is named"),
        (["assess", "--account", "12345"], "'12345' is no AWS account id"),
        (["assess", "--account", "1234567890ab"], "is no AWS account id"),
        (["assess", "--account", ACCOUNT, "--lookback", "14"], "--lookback '14' can't be used"),
        (["assess", "--account", ACCOUNT, "--lookback", "0d"], "--lookback '0d' can't be used"),
        (["assess", "--account", ACCOUNT, "--now", "yesterday"], "--now 'yesterday' is no time"),
        (["assess", "--account", ACCOUNT, "--profile", "nobody"], "there is no AWS profile 'nobody'"),
        (["assess", "--account", ACCOUNT, "--external-id", "x"], "--external-id was given without --role-arn"),
        (["assess", "--account", ACCOUNT, "--max-api-spend", "-1"], "--max-api-spend -1 can't be used"),
        (["assess", "--snapshot", ".", "--organization"], "--organization can't be used with a snapshot"),
        (["assess", "--snapshot", ".", "--state", "x"], "--state can't be used with a snapshot"),
        (
            ["assess", "--account", ACCOUNT, "--organization", "--role-arn", "a role"],
            "can't be used for an organization",
        ),
        (["assess", "--snapshot", ".", "--observations", "."], "--snapshot and --observations were both given"),
        (["assess", "--snapshot", ".", "--regions", "eu-west-1"], "--regions can't be used with a snapshot"),
        (["assess", "--snapshot", "/nonexistent"], "/nonexistent holds no snapshot"),
    ],
)
def test_wrong_usage_is_said_without_asking_aws(arguments: list[str], says: str) -> None:
    """Exit code 2, what is wrong, and what to do; nothing on stdout."""
    ended = aimigrate(*arguments)

    assert ended.returncode == 2
    assert says in ended.stderr
    assert "fix: " in ended.stderr
    assert ended.stdout == ""


def test_no_credentials(denying: str) -> None:
    """A machine without credentials is told how to get them."""
    ended = aimigrate("assess", "--account", ACCOUNT, url=denying, keys=False)

    assert ended.returncode == 2
    assert "no AWS credentials could be loaded" in ended.stderr
    assert "aws sso login" in ended.stderr


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ExpiredToken", "the AWS credentials have expired"),
        ("InvalidClientTokenId", "AWS does not accept the credentials"),
        ("SignatureDoesNotMatch", "AWS does not accept the credentials"),
    ],
)
def test_credentials_that_aws_refuses(code: str, says: str, tmp_path: Path) -> None:
    """Expired and wrong credentials are told apart, and AWS's code is given."""
    with aws(lambda *_: code) as url:
        ended = aimigrate("assess", "--account", ACCOUNT, "--out", str(tmp_path), url=url)

    assert ended.returncode == 2
    assert says in ended.stderr
    assert code in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_token_that_expires_in_the_middle_leaves_nothing_half_written(tmp_path: Path) -> None:
    """What was there stays, and no half of an account is written as the whole."""
    with aws(lambda service, _: "ExpiredTokenException" if service == "sagemaker" else None) as url:
        ended = aimigrate("assess", "--account", ACCOUNT, "--regions", "eu-central-1", "--out", str(tmp_path), url=url)

    assert ended.returncode == 2
    assert "the AWS credentials have expired" in ended.stderr
    assert "units are read and kept" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".aimigrate"]


def test_an_account_that_is_not_the_callers(denying: str) -> None:
    """Both accounts are named."""
    ended = aimigrate("assess", "--account", OTHER, url=denying)

    assert ended.returncode == 2
    assert OTHER in ended.stderr
    assert ACCOUNT in ended.stderr


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (f"arn:aws:iam::{OTHER}:role/reader", "was not assumed"),
        (f"arn:aws:iam::{ACCOUNT}:role/reader", f"it is a role of account {ACCOUNT}"),
        ("reader", "it is no role ARN"),
    ],
)
def test_a_role_that_cannot_be_assumed(denying: str, role: str, says: str) -> None:
    """A refused role, a role of another account, and what is no role."""
    ended = aimigrate("assess", "--account", OTHER, "--role-arn", role, url=denying)

    assert ended.returncode == 2
    assert says in ended.stderr


@pytest.mark.parametrize(
    ("region", "says"),
    [
        ("eu-centrl-1", "there is no region 'eu-centrl-1'"),
        ("mars-north-1", "AWS knows eu-central-1, us-east-1"),
        ("ap-east-1", "region ap-east-1 is not enabled"),
    ],
)
def test_a_region_that_cannot_be_read(denying: str, region: str, says: str) -> None:
    """A region that is none is told from one that the account has not enabled."""
    ended = aimigrate("assess", "--account", ACCOUNT, "--regions", f"us-east-1,{region}", url=denying)

    assert ended.returncode == 2
    assert says in ended.stderr


def test_an_endpoint_that_nobody_serves() -> None:
    """A connection that is refused is no traceback."""
    ended = aimigrate("assess", "--account", ACCOUNT, url="http://127.0.0.1:9")

    assert ended.returncode == 2
    assert "EndpointConnectionError" in ended.stderr


def test_denied_everywhere_is_partial_with_each_hole_named(denying: str, tmp_path: Path) -> None:
    """Exit code 3: the files are written, nothing is claimed, and every operation tried is named as denied."""
    out = str(tmp_path)

    ended = aimigrate("assess", "--account", ACCOUNT, "--out", out, "--json", url=denying)

    result = json.loads(ended.stdout)
    assert ended.returncode == result["exit_code"] == 3
    assert result["workloads"] == 0
    assert result["coverage"]["by_status"] == {"denied": result["coverage"]["operations"]}
    assert {hole["region"] for hole in result["coverage"]["hole_list"]} == {"eu-central-1", "global", "us-east-1"}
    assert "denied in eu-central-1, us-east-1:" in ended.stderr
    assert "ListEndpoints" in ended.stderr
    assert Path(result["assessment"]).is_file()
    assert Path(result["report"]).is_file()


def test_regions_that_may_not_be_listed_are_a_hole(tmp_path: Path) -> None:
    """With --regions the run goes on; what is not known is said."""
    with aws(lambda _, action: "UnauthorizedOperation" if action == "DescribeRegions" else None) as url:
        ended = aimigrate("assess", "--account", ACCOUNT, "--regions", "eu-west-1", "--out", str(tmp_path), url=url)

    assert ended.returncode == 3
    assert "denied in us-east-1:\n    ec2: DescribeRegions" in ended.stderr  # asked in the partition's first region


def test_a_full_disk_leaves_nothing_half_written(denying: str, tmp_path: Path) -> None:
    """A write that fails is named, and the folder holds what it held before."""
    old = tmp_path / "snapshot" / "inventory.json"
    old.parent.mkdir()
    old.write_text("what was there")
    arguments = ["assess", "--account", ACCOUNT, "--regions", "eu-central-1", "--out", str(tmp_path)]

    ended = aimigrate(*arguments, url=denying, limit_bytes=1000)

    assert ended.returncode == 1
    assert "give --out a folder on a disk with room" in ended.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != ".aimigrate"] == ["snapshot"]
    assert [path.name for path in tmp_path.rglob("snapshot/*")] == ["inventory.json"]
    assert old.read_text() == "what was there"


def test_a_snapshot_gives_the_same_assessment_without_aws(denying: str, tmp_path: Path) -> None:
    """`assess --snapshot` needs no credentials and writes the same bytes."""
    live, again = tmp_path / "live", tmp_path / "again"
    arguments = ["--account", ACCOUNT, "--regions", "eu-central-1", "--now", "2026-11-20T00:00:00Z"]
    aimigrate("assess", *arguments, "--out", str(live), url=denying)

    ended = aimigrate("assess", "--snapshot", str(live), "--out", str(again), keys=False)

    assert ended.returncode == 3
    names = ("assessment.json", "report.html", f"snapshot/inventory/{ACCOUNT}.json", "snapshot/manifest.json")
    for name in names:
        assert (live / name).read_bytes() == (again / name).read_bytes()


def test_a_snapshot_of_another_account_is_refused(denying: str, tmp_path: Path) -> None:
    """The account that is named must be the one the snapshot was taken of."""
    aimigrate("assess", "--account", ACCOUNT, "--regions", "eu-central-1", "--out", str(tmp_path), url=denying)

    ended = aimigrate("assess", "--account", OTHER, "--snapshot", str(tmp_path), keys=False)

    assert ended.returncode == 2
    assert ACCOUNT in ended.stderr
