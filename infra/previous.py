"""What an earlier phase's stack made that this one builds on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from aimigrate.contracts.stack import StackSettings

ASSUMED_ARNS = {
    "model_store_bucket": "assumed-model-store",
    "model_store_arn": "arn:aws:s3:::assumed-model-store",
    "audit_log_arn": "arn:aws:logs:us-east-1:000000000000:log-group:assumed-audit-log",
}


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The stores that the first phase of a region makes and the later ones use."""

    model_store_bucket: pulumi.Input[str]
    model_store_arn: pulumi.Input[str]
    audit_log_arn: pulumi.Input[str]

    def outputs(self) -> Mapping[str, pulumi.Input[str]]:
        """Return what the stack exports, so that the next phase finds it."""
        return {
            "model_store_bucket": self.model_store_bucket,
            "model_store_arn": self.model_store_arn,
            "audit_log_arn": self.audit_log_arn,
        }


def previous_foundation(settings: StackSettings, *, assume: bool) -> Foundation | None:
    """Return what the previous phase made in this region, None when this is the first phase.

    With `assume`, and only in a preview, stand-in values take the place of a stack that is not there yet. Otherwise a
    missing stack raises RunError, which says what to apply first.
    """
    if settings.previous_phase is None:
        return None
    stack = f"{settings.previous_phase}.{settings.region}"
    if assume and pulumi.runtime.is_dry_run():
        pulumi.log.info(f"stack {stack} is not there yet: the preview assumes what it will make")
        return Foundation(**ASSUMED_ARNS)
    full_name = f"{pulumi.get_organization()}/{settings.previous_phase}/{stack}"
    found = _outputs_of(full_name)
    missing = [name for name in ASSUMED_ARNS if name not in found]
    if missing:
        phase = settings.previous_phase
        raise pulumi.RunError(
            f"phase {settings.phase} needs stack {stack}, which is not applied "
            f"(no output {missing[0]}). Run `pulumi up -s {stack}` in stacks/{phase}, "
            f"or `aimigrate rollout --phase {phase}`, first."
        )
    reference = pulumi.StackReference(full_name)
    return Foundation(**{name: reference.require_output(name) for name in ASSUMED_ARNS})


def _outputs_of(full_name: str) -> Mapping[str, Any]:
    """Read a stack's outputs; a stack that does not exist has none."""
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": full_name}).value
    except Exception as error:
        # the SDK turns every answer of the engine into a bare Exception; only this one means "not there"
        if "unknown stack" not in str(error) and "no stack named" not in str(error):
            raise
        return {}
    outputs = (answer or {}).get("outputs") or {}
    return dict(outputs)
