"""Pooled effects: shrunk towards none, wide where nothing is known, and left out in closed form as if refitted."""

import numpy as np
import pytest

from aimigrate.assess._speed_fit import Case, Pooled, fit_widths

KINDS = ("model", "module", "slope")
WIDTHS = {"model": 0.5, "module": 0.2, "slope": 0.3, "noise": 0.1}


def cases() -> tuple[list[Case], np.ndarray]:
    """Return twelve cases, four models on three modules, and their residuals, drawn once."""
    draw = np.random.default_rng(7)
    models, modules = draw.normal(0, 0.5, 4), draw.normal(0, 0.2, 3)
    found, residuals = [], []
    for model in range(4):
        for module in range(3):
            slope = float(module - 1)
            found.append(Case({"model": f"m{model}", "module": f"d{module}"}, {"slope": slope}))
            residuals.append(models[model] + modules[module] + 0.2 * slope + draw.normal(0, 0.1))
    return found, np.array(residuals)


def test_leaving_a_group_out_in_closed_form_is_leaving_it_out() -> None:
    """The errors over their deviations equal those of a model built without the group."""
    known, residuals = cases()
    groups = [case.labels["model"] for case in known]

    short = Pooled(known, residuals, KINDS, WIDTHS).left_out(groups)

    for group in sorted(set(groups)):
        rows = [at for at, name in enumerate(groups) if name == group]
        rest = [at for at, name in enumerate(groups) if name != group]
        without = Pooled([known[at] for at in rest], residuals[rest], KINDS, WIDTHS)
        guesses = without.guess([known[at] for at in rows])
        expected = [(residuals[at] - one.middle) / one.deviation for at, one in zip(rows, guesses, strict=True)]
        assert short[rows] == pytest.approx(expected)


def test_what_was_not_seen_is_not_guessed_but_widened() -> None:
    """A new model on a new module has no effect, and the whole width of both in its deviation."""
    known, residuals = cases()
    model = Pooled(known, residuals, KINDS, WIDTHS)

    seen, new = model.guess([known[4], Case({"model": "new", "module": "new"}, {"slope": 0.0})])

    assert new.middle == pytest.approx(0.0)
    assert new.deviation == pytest.approx(np.sqrt(0.5**2 + 0.2**2 + 0.1**2))
    assert seen.deviation < new.deviation
    assert abs(seen.middle - residuals[4]) < abs(residuals[4])


def test_a_nameless_label_is_shared_with_nobody() -> None:
    """A row without a label of a kind takes no part in that kind's effects."""
    known = [Case({"model": "a", "module": ""}, {}), Case({"model": "b", "module": ""}, {})]
    widths = {"model": 0.0001, "module": 5.0, "slope": 0.1, "noise": 0.1}

    found = Pooled(known, np.array([1.0, 1.0]), KINDS, widths).guess([Case({"model": "c", "module": ""}, {})])

    assert found[0].middle == pytest.approx(0.0, abs=1e-6)


def test_widths_follow_the_rows() -> None:
    """Residuals that differ by model alone give that kind the largest width; the same rows give the same widths."""
    known, _ = cases()
    only_models = np.array([{"m0": -1.0, "m1": -0.4, "m2": 0.5, "m3": 0.9}[case.labels["model"]] for case in known])

    widths = fit_widths(known, only_models, KINDS)

    assert widths == fit_widths(known, only_models, KINDS)
    assert widths["model"] > 3 * max(widths["module"], widths["slope"], widths["noise"])


def test_nine_of_ten_are_held_by_as_many_deviations_as_it_says() -> None:
    """At least nine of ten judged rows lie within the stretch, rows that are not judged don't count."""
    known, residuals = cases()
    model = Pooled(known, residuals, KINDS, WIDTHS)
    groups = [case.labels["model"] for case in known]
    judged = np.array([case.labels["module"] != "d2" for case in known])

    stretch = model.stretch(groups, judged)

    assert (np.abs(model.left_out(groups))[judged] <= stretch).mean() >= 0.9
