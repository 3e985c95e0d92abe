"""`aimigrate iam-policy`: the permissions that reading an account needs, and no other."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from aimigrate.errors import UsageProblem

Format = Literal["json", "stackset", "pulumi"]

_HOME_REGION = "us-east-1"
_READ, _CALLER = "aimigrate-read", "aimigrate-caller.json"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(name="iam-policy")
    def iam_policy(
        *,
        form: Annotated[
            Format,
            typer.Option(
                "--format",
                help="json: the policy. stackset: a CloudFormation template of a role with it. pulumi: a program that "
                "brings that role to every account of an organization.",
            ),
        ] = "json",
        organization: Annotated[
            bool, typer.Option("--organization", help="json: also what the identity needs that reads an organization.")
        ] = False,
        out: Annotated[Path | None, typer.Option(help="The folder to write to, in place of stdout.")] = None,
        external_id: Annotated[
            str | None, typer.Option(help="What must be said to take the role; without it, asked when deployed.")
        ] = None,
        trusted_account: Annotated[
            str | None,
            typer.Option("--trusted-account", help="The account that may take the role; without it, asked as above."),
        ] = None,
        role_name: Annotated[str | None, typer.Option(help="The role's name; AimigrateRead by default.")] = None,
    ) -> None:
        """Print the least-privilege policy of `aimigrate assess`: exactly the calls it makes, all of which read.

        A policy larger than IAM takes (6,144 characters) is split. Next: docs/permissions.md says why each service is
        read and how to deploy the role.
        """
        from aimigrate.assess.organization import ROLE_NAME

        role = _Role(role_name or ROLE_NAME, external_id, trusted_account)
        _check(role)
        files = _files(form, role, for_organization=organization)
        if out is not None:
            _write(files, out)
        elif form == "pulumi":
            raise UsageProblem(
                what="the Pulumi program was not written",
                why="it is more than one file, and no folder is named",
                fix="give --out DIR",
            )
        else:
            _print(form, files)


@dataclass(frozen=True)
class _Role:
    """The role to make: its name, what must be said to take it, and the account that may."""

    name: str
    external_id: str | None
    trusted_account: str | None


def _check(role: _Role) -> None:
    """Raise UsageProblem for what IAM would refuse."""
    from aimigrate.assess.role_template import ACCOUNT_ID, EXTERNAL_ID, NAME

    for option, value, pattern, wanted in (
        ("--external-id", role.external_id, EXTERNAL_ID, "2 to 1,224 letters, digits and any of _+=,.@:/-"),
        ("--trusted-account", role.trusted_account, ACCOUNT_ID, "12 digits"),
        ("--role-name", role.name, NAME, "1 to 64 letters, digits and any of _+=,.@-"),
    ):
        if value is not None and not re.fullmatch(pattern, value, re.ASCII):
            raise UsageProblem(
                what=f"{option} {value[:40]!r} can't be used", why="IAM would refuse it", fix=f"give {wanted}"
            )


def _files(form: Format, role: _Role, *, for_organization: bool) -> dict[str, str]:
    """Return what is asked for, by file name."""
    from aimigrate.assess.policy import caller_policy, policies
    from aimigrate.assess.role_template import template_yaml

    caller = {_CALLER: _json(caller_policy(role.name))}
    if form == "json":
        documents = policies()
        numbers = [""] if len(documents) == 1 else [f"-{number}" for number in range(1, len(documents) + 1)]
        read = {f"{_READ}{number}.json": _json(one) for number, one in zip(numbers, documents, strict=True)}
        return {**read, **(caller if for_organization else {})}
    template = template_yaml(trusted_account=role.trusted_account, external_id=role.external_id, role_name=role.name)
    if form == "stackset":
        return {f"{_READ}.yaml": template, **caller}
    return {**_program(role), "template.yaml": template, **caller}


def _program(role: _Role) -> dict[str, str]:
    from aimigrate.rendering.renderer import packaged
    from aimigrate.yamltext import scalar

    config = {
        "aws:region": _HOME_REGION,
        "aimigrate:homeRegion": _HOME_REGION,
        "aimigrate:roleName": role.name,
        "aimigrate:externalId": role.external_id,
        "aimigrate:trustedAccountId": role.trusted_account,
    }
    lines = [f"  {name}: {scalar(value)}\n" for name, value in config.items() if value is not None]
    folder = packaged("stacks") / "organization"
    return {
        **{name: (folder / name).read_text("utf-8") for name in ("Pulumi.yaml", "__main__.py")},
        "Pulumi.organization.yaml": "config:\n" + "".join(lines),
        "requirements.txt": "pulumi>=3.200\npulumi-aws>=7\n",
    }


def _json(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _write(files: dict[str, str], out: Path) -> None:
    """Write the files. Raises UsageProblem where the folder can't be written to."""
    from aimigrate.output import stderr

    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in sorted(files.items()):
            (out / name).write_text(text, "utf-8")
    except OSError as error:
        raise UsageProblem(
            what=f"{out} can't be written to", why=str(error.strerror), fix="give --out a folder that can"
        ) from error
    stderr.print(f"wrote {out}: {', '.join(sorted(files))}", markup=False)


def _print(form: Format, files: dict[str, str]) -> None:
    """Print one document as it is; several as one JSON document of all."""
    from aimigrate.output import emit_json

    if form == "stackset":
        print(files[f"{_READ}.yaml"], end="")  # noqa: T201  # Rich would wrap and color it
        return
    read = [json.loads(text) for name, text in sorted(files.items()) if name != _CALLER]
    if _CALLER in files:
        emit_json({"read": read, "caller": json.loads(files[_CALLER])})
    else:
        emit_json(read[0] if len(read) == 1 else read)
