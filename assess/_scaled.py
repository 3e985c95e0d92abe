"""The same demand, more of it; the same catalog, dearer."""

from collections.abc import Mapping
from typing import Any, TypeVar

from aimigrate.contracts.base import Frozen
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand

F = TypeVar("F", bound=Frozen)

_FLOWS = ("_rps", "_per_month", "_per_day", "_per_hour", "_per_s")
"""How names end of figures that grow with the work; what happens to one request does not."""

_LOADS = ("gpu_utilization_percent_mean", "gpu_utilization_percent_max")


def busier(demand: Demand, times: float) -> Demand:
    """Return the demand with everything that flows multiplied, and the GPU as much busier.

    Beyond a full GPU too: a rate over its utilization is what one GPU does, and that is no different with more work.
    """
    more = _multiplied(demand, times)
    loads = {name: value * times for name in _LOADS if (value := getattr(demand, name)) is not None}
    return more.model_copy(update=loads)


def dearer(targets: Mapping[str, EdgeTarget], times: float) -> dict[str, EdgeTarget]:
    """Return the catalog with every module's price multiplied."""
    return {
        name: target.model_copy(
            update={"price_usd": target.price_usd.model_copy(update={"value": target.price_usd.value * times})}
        )
        for name, target in targets.items()
    }


def _multiplied(value: F, times: float) -> F:
    changed = {
        name: new for name in type(value).model_fields if (new := _new(name, getattr(value, name), times)) is not None
    }
    return value.model_copy(update=changed)


def _new(name: str, value: Any, times: float) -> Any:  # noqa: ANN401  # any field of a contract
    """Return what a field becomes, None where it stays."""
    if isinstance(value, Frozen):
        return _multiplied(value, times)
    if isinstance(value, tuple) and value and isinstance(value[0], Frozen):
        return tuple(_multiplied(one, times) for one in value)
    if not name.endswith(_FLOWS):
        return None
    if isinstance(value, tuple):
        return tuple(one * times for one in value if isinstance(one, int | float))
    return value * times if isinstance(value, int | float) else None
