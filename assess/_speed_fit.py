"""Partial pooling: what is left of speeds after physics, as a sum of effects shrunk towards none.

The residual of a row is a sum of effects, one for each of its labels (its class of model, its module, its runtime),
and of slopes. An effect is drawn from a normal distribution round zero; how wide is the only thing fitted for each kind
of effect (a linear mixed model, equal to ridge regression with a penalty for each kind of label). A label that no row
has gets no effect and its whole width in the interval: so an interval widens with what is not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_TYPICAL = 0.2  # ours: an effect is about a fifth of the speed, before any row is seen
_DOUBT = 1.0  # ours: give or take a factor of e
_COVERED = 0.90  # of rows, by an interval


@dataclass(frozen=True)
class Case:
    """One row, or one question: its labels by kind, its slopes by name."""

    labels: Mapping[str, str]
    slopes: Mapping[str, float]


@dataclass(frozen=True)
class Guess:
    """The residual's middle and standard deviation, in natural logarithms."""

    middle: float
    deviation: float


class Pooled:
    """A fitted model of residuals. `widths` are the standard deviations of the effects, by kind; `noise` is one."""

    def __init__(
        self, cases: Sequence[Case], residuals: Floats, kinds: Sequence[str], widths: Mapping[str, float]
    ) -> None:
        self.kinds, self.widths = tuple(kinds), dict(widths)
        self._cases = tuple(cases)
        self._squares = np.array([self.widths[kind] ** 2 for kind in self.kinds])
        kernel = np.tensordot(self._squares, self._shared(self._cases), axes=1)
        self._inverse = np.linalg.inv(kernel + np.eye(len(cases)) * self.widths["noise"] ** 2)
        self._weights = self._inverse @ residuals

    def guess(self, asked: Sequence[Case]) -> list[Guess]:
        """Return the residual of each asked case, with the run-to-run noise of a new row in its deviation."""
        across = np.tensordot(self._squares, self._shared(asked), axes=1)
        own = np.tensordot(self._squares, _alike(self.kinds, asked, asked, diagonal=True), axes=1)
        left = own - np.einsum("ij,jk,ik->i", across, self._inverse, across)
        deviations = np.sqrt(np.maximum(left, 0.0) + self.widths["noise"] ** 2)
        return [Guess(float(m), float(d)) for m, d in zip(across @ self._weights, deviations, strict=True)]

    def left_out(self, groups: Sequence[str]) -> Floats:
        """Return each row's error over its deviation when its whole group is left out, widths kept.

        Solved in closed form from the one inverse (leave-group-out of a Gaussian process). Shape: rows.
        """
        found = np.empty(len(groups))
        names = np.asarray(groups)
        for name in sorted(set(groups)):
            rows = np.flatnonzero(names == name)
            within = np.linalg.inv(self._inverse[np.ix_(rows, rows)])
            found[rows] = (within @ self._weights[rows]) / np.sqrt(np.diag(within))
        return found

    def stretch(self, groups: Sequence[str], judged: npt.NDArray[np.bool_]) -> float:
        """Return how many deviations hold nine of ten of the judged rows when their group is left out.

        It is the conformal quantile of the errors. `judged` is true for each row that is asked about (shape: rows).
        """
        errors = np.sort(np.abs(self.left_out(groups))[judged])
        rank = min(len(errors), int(np.ceil(_COVERED * (len(errors) + 1))))
        return float(errors[rank - 1])

    def _shared(self, asked: Sequence[Case]) -> Floats:
        return _alike(self.kinds, asked, self._cases)


def _alike(kinds: Sequence[str], some: Sequence[Case], others: Sequence[Case], *, diagonal: bool = False) -> Floats:
    """Return for each kind 1 where two cases share the label, or the product of their slopes."""
    found = []
    for kind in kinds:
        left = np.array([case.slopes.get(kind, 0.0) for case in some])
        if any(kind in case.slopes for case in (*some, *others)):
            right = np.array([case.slopes.get(kind, 0.0) for case in others])
            found.append(left * right if diagonal else np.outer(left, right))
            continue
        mine, theirs = ([case.labels.get(kind, "") for case in cases] for cases in (some, others))
        has = np.array([bool(label) for label in mine])
        same = np.ones(len(mine), bool) if diagonal else np.equal.outer(np.array(mine), np.array(theirs))
        found.append((same & (has if diagonal else has[:, None])).astype(float))
    return np.array(found)


def fit_widths(
    cases: Sequence[Case], residuals: Floats, kinds: Sequence[str], start: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return how wide each kind of effect is, by marginal likelihood with a weak prior round a fifth.

    Deterministic: same rows, same widths. `start` only says where to begin.
    """
    from scipy.linalg import cho_factor, cho_solve  # needed to fit alone: what runs has the widths
    from scipy.optimize import minimize

    shared = _alike(kinds, cases, cases)
    names = [*kinds, "noise"]
    prior = np.log(_TYPICAL)
    first = np.array([np.log((start or {}).get(name, _TYPICAL)) for name in names])

    def cost(logs: Floats) -> tuple[float, Floats]:
        squares = np.exp(2 * logs)
        kernel = np.tensordot(squares[:-1], shared, axes=1) + np.eye(len(cases)) * squares[-1]
        factor = cho_factor(kernel, lower=True)
        inverse = cho_solve(factor, np.eye(len(cases)))
        weights = inverse @ residuals
        value = (
            0.5 * residuals @ weights + np.log(np.diag(factor[0])).sum() + 0.5 * (((logs - prior) / _DOUBT) ** 2).sum()
        )
        pull = inverse - np.outer(weights, weights)
        slopes = np.array([*(np.einsum("ij,ij->", pull, one) for one in shared), np.trace(pull)])
        return float(value), slopes * squares + (logs - prior) / _DOUBT**2

    solved = minimize(cost, first, jac=True, method="L-BFGS-B", bounds=[(-5.0, 1.5)] * len(names), tol=1e-5)
    return {name: float(width) for name, width in zip(names, np.exp(solved.x), strict=True)}
