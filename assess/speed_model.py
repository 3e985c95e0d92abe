"""Speeds that nobody published, derived from those that somebody did: physics times pooled effects.

`SpeedModel.fit` takes rows and gives a model; `predict` answers for any row with an interval that holds nine of ten.
The interval is wider for what is less known: a model that ran elsewhere, a module nobody ran it on, a model that
nobody ran at all. How wide is taken from leaving such groups out of the rows themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np

from aimigrate.assess._speed_fit import Case, Pooled, fit_widths
from aimigrate.assess._speed_physics import Work
from aimigrate.assess._speed_rows import KINDS, Kind, Row, bound_of, case_of

Knows = Literal["pair", "both", "module", "model", "neither"]
"""What of a question was seen in rows: the model on the module, both apart, the module alone, the model alone."""


@dataclass(frozen=True)
class Derived:
    """A derived speed a second, its 90 % interval, and what it was derived from."""

    value: float
    low: float
    high: float
    knows: Knows


def model_group(row: Row) -> str:
    """Name what is left out when a whole model is."""
    return row.model


def module_group(row: Row) -> str:
    """Name what is left out when a whole module is, all its power modes together."""
    return row.device.module


def pair_group(row: Row) -> str:
    """Name what is left out when a model on a module is, at every precision, batch and power mode."""
    return f"{row.model} on {row.device.module}"


class SpeedModel:
    """Rows of one kind, pooled."""

    def __init__(self, rows: Sequence[Row], works: Mapping[str, Work], widths: Mapping[str, float]) -> None:
        self._works = works
        self._rows = tuple(row for row in rows if self._bound(row) is not None)
        self.kind: Kind = self._rows[0].kind
        self._pooled = Pooled(self._cases(), self._residuals(), KINDS[self.kind], widths)
        self.widths = widths
        judged = np.array([row.device.edge for row in self._rows])
        self._stretch = {
            name: self._pooled.stretch([group(row) for row in self._rows], judged)
            for name, group in (("both", pair_group), ("module", model_group), ("model", module_group))
        }
        self._seen = {group: {group(row) for row in self._rows} for group in (pair_group, model_group, module_group)}

    @classmethod
    def fit(
        cls, rows: Sequence[Row], works: Mapping[str, Work], start: Mapping[str, float] | None = None
    ) -> "SpeedModel":
        """Find the widths by marginal likelihood of these rows. Same rows give the same model."""
        known = [row for row in rows if _bound(row, works) is not None]
        cases = [case_of(row, works.get(row.model)) for row in known]
        residuals = np.array([log(row.per_second) - (_bound(row, works) or 0.0) for row in known])
        return cls(known, works, fit_widths(cases, residuals, KINDS[known[0].kind], start))

    def knows(self, row: Row) -> Knows:
        """Say what of a question these rows have seen."""
        model, module = model_group(row) in self._seen[model_group], module_group(row) in self._seen[module_group]
        if pair_group(row) in self._seen[pair_group]:
            return "pair"
        if model and module:
            return "both"
        return "model" if model else "module" if module else "neither"

    def predict(self, row: Row, parameters_b: float | None = None) -> Derived | None:
        """Return the speed of one question; None where neither name nor table says what the model's work is."""
        return self.predict_all([row], parameters_b)[0]

    def predict_all(self, rows: Sequence[Row], parameters_b: float | None = None) -> list[Derived | None]:
        """Return the speed of each question, in the order asked."""
        bounds = [bound_of(row, self._works.get(row.model), parameters_b) for row in rows]
        asked = [case_of(row, self._works.get(row.model), parameters_b) for row in rows]
        found: list[Derived | None] = []
        for row, bound, guess in zip(rows, bounds, self._pooled.guess(asked), strict=True):
            if bound is None:
                found.append(None)
                continue
            knows = self.knows(row)
            half = self._half_width(knows) * guess.deviation
            middle = bound + guess.middle
            found.append(Derived(exp(middle), exp(middle - half), exp(middle + half), knows))
        return found

    def _half_width(self, knows: Knows) -> float:
        """Return deviations to each side: never fewer where less is known."""
        both = self._stretch["both"]
        if knows in {"pair", "both"}:
            return both
        if knows == "neither":
            return max(self._stretch.values())
        return max(both, self._stretch[knows])

    def _bound(self, row: Row) -> float | None:
        return _bound(row, self._works)

    def _cases(self) -> list[Case]:
        return [case_of(row, self._works.get(row.model)) for row in self._rows]

    def _residuals(self) -> "np.typing.NDArray[np.float64]":
        return np.array([log(row.per_second) - (self._bound(row) or 0.0) for row in self._rows])


def _bound(row: Row, works: Mapping[str, Work]) -> float | None:
    return bound_of(row, works.get(row.model))
