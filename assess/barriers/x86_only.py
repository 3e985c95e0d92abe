"""What runs on x86-64 alone stays: a Jetson is an arm64 machine."""

import re
from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier

TAG_ARCHITECTURE = "aimigrate:architecture"
_X86 = frozenset({"x86_64", "x86-64", "amd64"})

# Runtimes whose GPU and CPU kernels are Intel's own: OpenVINO's Linux packages for arm64 have a CPU plugin alone, and
# Intel's extension of PyTorch has none (their installation guides, 2026-11).
_INTEL = re.compile(r"(?:^|[/:_-])(openvino|ipex|intel-extension-for-pytorch)(?:[/:_.-]|$)")


@dataclass(frozen=True)
class X86Only:
    """Said by a person or a tag, or by a runtime that has no build for a Jetson."""

    name: str = "x86-only"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by a person's word first. An image that was merely built for x86-64 can be built again: no barrier."""
        if seen.hint.x86_only is False:
            return None
        evidence = self._evidence(seen)
        if evidence is None:
            return None
        return Barrier(
            name=self.name,
            why=f"it runs on x86-64 alone ({evidence}); a Jetson is an arm64 machine",
            evidence=evidence,
            lifted_if="its operators are rebuilt for arm64, and hints.yaml says x86_only: false",
        )

    @staticmethod
    def _evidence(seen: Seen) -> str | None:
        if seen.hint.x86_only:
            return "hints.yaml says x86_only: true"
        tagged = seen.workload.tags.get(TAG_ARCHITECTURE, "").strip().lower()
        if tagged in _X86:
            return f"tag {TAG_ARCHITECTURE}: {tagged}"
        for field in ("framework", "image"):
            found = _INTEL.search((getattr(seen.facts, field) or "")[:200].lower())
            if found is not None:
                return f"its {field} is built on {found[1]}"
        return None


barrier: BarrierRule = X86Only()
