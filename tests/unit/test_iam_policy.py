"""The permissions: only reads, within IAM's sizes, and the role that brings them to every account."""

import asyncio
import json
import re
import runpy
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from typer.testing import CliRunner

from aimigrate.assess import policy as permissions
from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.assess.policy import MANAGED_POLICY_CHARACTERS, READS, WHY, actions, caller_policy, policies, size
from aimigrate.assess.role_template import template
from aimigrate.assess.units import collectors
from aimigrate.cli import app
from aimigrate.errors import UsageProblem

pytestmark = [  # pulumi_aws warns of its own old names when it is loaded; pulumi leaves its first event loop open
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed event loop:ResourceWarning"),
]
ROOT = Path(__file__).resolve().parents[2]
GIVEN = ("--external-id", "acme-2026", "--trusted-account", "123456789012")


def run(*arguments: str) -> str:
    """Run the command and return its stdout."""
    result = CliRunner().invoke(app, ["iam-policy", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def allowed(document: dict[str, Any]) -> list[str]:
    """Return the actions of a policy's statements."""
    return [action for statement in document["Statement"] for action in statement["Action"]]


def test_the_policy_printed_is_exactly_what_is_called_sorted() -> None:
    """The collectors' actions and the account check's, each once."""
    printed = json.loads(run())

    wanted = ACCOUNT_ACTIONS.union(*(item.iam_actions for item in collectors().values()))
    assert allowed(printed) == sorted(wanted)


def test_every_action_only_reads() -> None:
    """By name: describe, get, list and the like; the pattern takes no action that changes something."""
    assert [action for action in actions() if not READS.fullmatch(action)] == []
    for writing in ("ec2:RunInstances", "iam:PassRole", "s3:PutObject", "sts:AssumeRole", "ec2:*", "*", "x:GetX*"):
        assert not READS.fullmatch(writing)


def test_a_policy_fits_in_a_managed_policy() -> None:
    """Each document is within 6,144 characters as IAM counts them."""
    assert all(size(document) <= MANAGED_POLICY_CHARACTERS for document in policies())


@pytest.mark.parametrize("limit", [200, 700, 1500])
def test_a_policy_too_large_is_split_and_loses_nothing(limit: int) -> None:
    """Every part is within the limit, no two share an action or a name, together they are all."""
    parts = policies(limit)

    assert len(parts) > 1
    assert all(size(part) <= limit for part in parts)
    assert [action for part in parts for action in allowed(part)] == list(actions())
    assert len({part["Statement"][0]["Sid"] for part in parts}) == len(parts)


def test_no_part_could_have_held_one_action_more() -> None:
    """Parts are as few as the order allows."""
    parts = policies(700)

    for part, after in pairwise(parts):
        fuller = {**part, "Statement": [{**part["Statement"][0], "Action": [*allowed(part), allowed(after)[0]]}]}
        assert size(fuller) > 700


def test_a_split_policy_is_printed_as_a_list_and_attached_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """On stdout a list, in a folder a file each, in the template a managed policy each on the one role."""
    parts = policies(1500)
    monkeypatch.setattr(permissions, "policies", lambda: parts)
    monkeypatch.setattr("aimigrate.assess.role_template.policies", lambda: parts)

    assert json.loads(run()) == list(parts)
    made = template()
    attached = [one["Ref"] for one in made["Resources"]["ReadRole"]["Properties"]["ManagedPolicyArns"]]
    held = [made["Resources"][name]["Properties"]["PolicyDocument"] for name in attached]
    assert held == list(parts)


def test_an_organization_s_reader_may_list_accounts_and_take_the_role_and_nothing_else() -> None:
    """The caller's policy names the role in every account, by its name."""
    printed = json.loads(run("--organization", "--role-name", "Look"))

    assert printed["caller"] == caller_policy("Look")
    listing, assume = printed["caller"]["Statement"]
    assert "organizations:ListAccounts" in listing["Action"]
    assert all(READS.fullmatch(action) for action in listing["Action"])
    assert (assume["Action"], assume["Resource"]) == (["sts:AssumeRole"], "arn:aws:iam::*:role/Look")


def test_the_template_has_no_mistake_that_cfn_lint_knows(tmp_path: Path) -> None:
    """cfn-lint reads the template against CloudFormation's own schemas."""
    for name, arguments in (("given", GIVEN), ("asked", ())):
        path = tmp_path / f"{name}.yaml"
        path.write_text(run("--format", "stackset", *arguments), "utf-8")

        lint = Path(sys.executable).with_name("cfn-lint")
        done = subprocess.run([lint, str(path)], capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout) == (0, "")


def test_the_role_can_be_taken_by_one_account_that_says_the_external_id() -> None:
    """Trust, parameters, and no permission beside the policies."""
    made = yaml.safe_load(run("--format", "stackset", *GIVEN))

    (trust,) = made["Resources"]["ReadRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    assert trust["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${TrustedAccountId}:root"}}
    assert made["Parameters"]["ExternalId"]["Default"] == "acme-2026"
    assert made["Parameters"]["TrustedAccountId"]["Default"] == "123456789012"
    assert "Policies" not in made["Resources"]["ReadRole"]["Properties"]
    kinds = {one["Type"] for one in made["Resources"].values()}
    assert kinds == {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}


def test_what_is_not_given_must_be_given_when_it_is_deployed() -> None:
    """No default lets anybody in."""
    made = yaml.safe_load(run("--format", "stackset"))

    assert [name for name, one in made["Parameters"].items() if "Default" not in one] == [
        "TrustedAccountId",
        "ExternalId",
    ]


def test_a_template_is_no_larger_than_a_stackset_takes() -> None:
    """51,200 bytes (CloudFormation quotas, template body in a request, 2026-11)."""
    assert len(run("--format", "stackset", *GIVEN).encode()) <= 51_200


@pytest.mark.parametrize(
    "arguments",
    [
        ("--external-id", "x"),
        ("--external-id", "a b"),
        ("--external-id", "${evil}"),
        ("--trusted-account", "12345678901"),
        ("--trusted-account", "١٢٣٤٥٦٧٨٩٠١٢"),
        ("--role-name", "a/b"),
        ("--role-name", "a\nb"),
    ],
)
def test_what_iam_would_refuse_is_refused_first(arguments: tuple[str, str]) -> None:
    """The option is named, and what it takes."""
    with pytest.raises(UsageProblem) as caught:
        CliRunner().invoke(app, ["iam-policy", *arguments], catch_exceptions=False)

    assert arguments[0] in caught.value.what


def test_a_program_needs_a_folder() -> None:
    """It is more than one file."""
    with pytest.raises(UsageProblem, match="more than one file"):
        CliRunner().invoke(app, ["iam-policy", "--format", "pulumi"], catch_exceptions=False)


class Recorder(pulumi.runtime.Mocks):
    """Gives inputs back as outputs; knows an organization of one root."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made[args.typ.rpartition(":")[2]] = args.inputs
        return f"{args.name}-id", {**args.inputs, "outputs": {"RoleArn": "arn:aws:iam::1:role/AimigrateRead"}}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]]]:
        assert args.token.endswith(":getOrganization")
        return {"id": "o-1", "roots": [{"id": "r-root", "arn": "a", "name": "Root", "policyTypes": []}]}, []


def program(folder: Path, **more: str) -> dict[str, dict[str, Any]]:
    """Run a written program under Pulumi's mocks, with its own settings."""
    given = yaml.safe_load((folder / "Pulumi.organization.yaml").read_text("utf-8"))["config"]
    asyncio.set_event_loop(asyncio.new_event_loop())
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="aimigrate-organization", stack="organization", preview=False)
    pulumi.runtime.set_all_config({**given, **more})
    as_test: Any = pulumi.runtime.test
    as_test(lambda: runpy.run_path(str(folder), run_name="__main__"))()
    asyncio.get_event_loop().close()
    return recorder.made


def test_the_program_brings_the_role_to_every_account(tmp_path: Path) -> None:
    """A StackSet over the organization's root, and a stack for the management account that a StackSet leaves out."""
    run("--format", "pulumi", "--out", str(tmp_path), *GIVEN)

    made = program(tmp_path)

    wanted = {"TrustedAccountId": "123456789012", "ExternalId": "acme-2026", "RoleName": "AimigrateRead"}
    text = (tmp_path / "template.yaml").read_text("utf-8")
    assert made["StackSet"]["permissionModel"] == "SERVICE_MANAGED"
    assert made["StackSet"]["autoDeployment"] == {"enabled": True, "retainStacksOnAccountRemoval": False}
    assert made["StackSetInstance"]["deploymentTargets"] == {"organizationalUnitIds": ["r-root"]}
    assert set(made) == {"StackSet", "StackSetInstance", "Stack"}
    for kind in ("StackSet", "Stack"):
        assert (made[kind]["templateBody"], made[kind]["parameters"]) == (text, wanted)
        assert made[kind]["capabilities"] == ["CAPABILITY_NAMED_IAM"]


def test_the_program_can_be_kept_to_some_units(tmp_path: Path) -> None:
    """A person who must not reach all accounts names the units."""
    run("--format", "pulumi", "--out", str(tmp_path), *GIVEN)

    made = program(tmp_path, **{"aimigrate:organizationalUnitIds": '["ou-1", "ou-2"]'})

    assert made["StackSetInstance"]["deploymentTargets"] == {"organizationalUnitIds": ["ou-1", "ou-2"]}


def test_the_program_does_not_run_without_an_external_id(tmp_path: Path) -> None:
    """Nothing is deployed that anybody could take."""
    run("--format", "pulumi", "--out", str(tmp_path), "--trusted-account", "123456789012")

    with pytest.raises(pulumi.ConfigMissingError, match="externalId"):
        program(tmp_path)


def test_files_are_written_and_nothing_is_printed(tmp_path: Path) -> None:
    """Each form with a folder; twice the same bytes."""
    for form in ("json", "stackset", "pulumi"):
        folder = tmp_path / form
        assert run("--format", form, "--organization", "--out", str(folder), *GIVEN) == ""
        first = {path.name: path.read_bytes() for path in folder.iterdir()}
        run("--format", form, "--organization", "--out", str(folder), *GIVEN)
        assert first == {path.name: path.read_bytes() for path in folder.iterdir()}
        assert json.loads(first["aimigrate-caller.json"]) == caller_policy()


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """The command says so and leaves it alone."""
    path = tmp_path / "file"
    path.write_text("mine", "utf-8")

    with pytest.raises(UsageProblem, match="can't be written to"):
        CliRunner().invoke(app, ["iam-policy", "--out", str(path)], catch_exceptions=False)

    assert path.read_text("utf-8") == "mine"


def test_each_service_says_why_it_is_read_and_the_page_of_permissions_says_the_same() -> None:
    """A collector of a new service adds its line here and there."""
    page = (ROOT / "docs" / "permissions.md").read_text("utf-8")

    assert {action.partition(":")[0] for action in actions()} <= set(WHY)
    assert dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", page, re.MULTILINE)) == WHY
