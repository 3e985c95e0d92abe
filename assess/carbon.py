"""Greenhouse gas of running a workload, in the cloud and at the edge: location-based, use alone, not manufacture."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aimigrate.assess.assumptions import HOURS_PER_MONTH, assumed
from aimigrate.contracts.base import Frozen
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Workload

_WH_PER_KWH = 1000.0


class Emission(Frozen):
    """Kilograms of CO2 equivalent a month; without a value, why there is none."""

    kg_per_month: float | None
    why: str


@lru_cache(maxsize=1)
def factors() -> dict[str, Any]:
    """Return grid factors and board powers, read once."""
    return dict(yaml.safe_load(Path(__file__).with_name("carbon.yaml").read_text("utf-8")))


def grid_factor(region: str) -> float | None:
    """Return kg CO2e per kWh of the grid at an AWS region, None if unknown."""
    found = factors()["grid"]["kg_per_kwh"].get(region)
    return float(found) if found is not None else None


def cloud_emission(workload: Workload, demand: Demand) -> Emission:
    """Return what the accelerators and their share of a host cause; null where type, hours or grid are unknown."""
    compute = workload.compute
    board_w = factors()["boards"]["watts"].get(compute.accelerator or "")
    grid = grid_factor(workload.region)
    if board_w is None:
        return Emission(kg_per_month=None, why=f"the power of {compute.accelerator or 'its processors'} is not known")
    if grid is None:
        return Emission(kg_per_month=None, why=f"the grid of {workload.region} is not in the table")
    hours = demand.gpu_hours_per_month
    if hours is None:
        if compute.instance_count is None or compute.accelerators_per_instance is None:
            return Emission(kg_per_month=None, why="how many accelerators it holds is not known")
        hours = compute.instance_count * compute.accelerators_per_instance * HOURS_PER_MONTH
    published = demand.gpu_utilization_percent_mean
    load = published / 100 if published is not None else assumed("gpu_load")
    idle = assumed("gpu_idle_power")
    watts = board_w * (idle + (1 - idle) * min(load, 1.0)) + assumed("host_power")
    kwh = watts * hours / _WH_PER_KWH * assumed("cloud_pue")
    return Emission(kg_per_month=kwh * grid, why=f"{kwh:,.0f} kWh at {grid:g} kg/kWh in {workload.region}")


def edge_emission(power_w: float, region: str) -> Emission:
    """Return what modules cause on the grid of the region that they overflow to; the plan knows the country."""
    grid = grid_factor(region)
    if grid is None:
        return Emission(kg_per_month=None, why=f"the grid of {region} is not in the table")
    kwh = power_w * HOURS_PER_MONTH / _WH_PER_KWH
    return Emission(kg_per_month=kwh * grid, why=f"{kwh:,.0f} kWh at {grid:g} kg/kWh, the grid of {region}")
