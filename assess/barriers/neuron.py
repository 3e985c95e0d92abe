"""What is compiled for AWS Neuron stays: no other chip runs it."""

import re
from dataclasses import dataclass

from aimigrate.assess.barriers._seam import BarrierRule, Seen
from aimigrate.contracts.verdicts import Barrier

_CHIPS = ("inf1.", "inf2.", "trn1.", "trn1n.", "trn2.", "trn2u.", "trn3.")
_IMAGE = re.compile(r"(?:^|[/:_-])neuronx?(?:[/:_.-]|$)")


@dataclass(frozen=True)
class Neuron:
    """Inferentia and Trainium run artifacts of their own compiler; the model before it would be compiled anew."""

    name: str = "neuron"

    def judge(self, seen: Seen) -> Barrier | None:
        """Go by the instance type and the image; a model that a person names in hints.yaml is at hand."""
        if seen.hint.model_family is not None:
            return None
        evidence = None
        if seen.instance_type.startswith(_CHIPS):
            evidence = seen.instance_type
        elif seen.facts.image and _IMAGE.search(seen.facts.image.lower()):
            evidence = f"image {seen.facts.image[:200]}"
        if evidence is None:
            return None
        return Barrier(
            name=self.name,
            why=f"it is compiled for AWS Neuron ({evidence}), which no module runs",
            evidence=f"it runs on {evidence}",
            lifted_if="its original model (PyTorch or ONNX) is at hand and given in hints.yaml (model_family)",
        )


barrier: BarrierRule = Neuron()
