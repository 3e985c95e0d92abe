"""Carbon is a figure with its factors, or null with a reason."""

import pytest

from aimigrate.assess.carbon import cloud_emission, edge_emission, grid_factor
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Compute, Workload


def workload(region: str = "eu-central-1", accelerator: str | None = "T4", count: float | None = 2) -> Workload:
    """Return two GPU instances."""
    compute = Compute(accelerator=accelerator, accelerators_per_instance=1, instance_count=count)
    return Workload(id="x", kind="ec2_asg", region=region, name="x", compute=compute)


def test_it_is_power_times_hours_times_grid() -> None:
    """Two T4 at half load with 60 W of host each, PUE 1.15, 338 g/kWh."""
    found = cloud_emission(workload(), Demand(gpu_utilization_percent_mean=50))

    watts = 70 * (0.3 + 0.7 * 0.5) + 60
    assert found.kg_per_month == pytest.approx(watts * 2 * 730 / 1000 * 1.15 * 0.338)


def test_jobs_count_the_hours_they_hold() -> None:
    """GPU hours, where they are known, replace hours of standing there."""
    idle = cloud_emission(workload(), Demand())
    job = cloud_emission(workload(), Demand(gpu_hours_per_month=14.6))

    assert idle.kg_per_month is not None
    assert job.kg_per_month == pytest.approx(idle.kg_per_month / 100)


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (workload(region="mx-central-1"), "mx-central-1"),
        (workload(accelerator=None), "processors"),
        (workload(accelerator="K80"), "K80"),
        (workload(count=None), "how many"),
    ],
)
def test_what_is_not_known_is_null_with_a_reason(case: Workload, word: str) -> None:
    """No neighbouring grid, no average board."""
    found = cloud_emission(case, Demand())

    assert found.kg_per_month is None
    assert word in found.why


def test_the_edge_uses_the_grid_of_its_region() -> None:
    """100 W for a month is 73 kWh."""
    assert edge_emission(100, "eu-north-1").kg_per_month == pytest.approx(73 * 0.008)
    assert edge_emission(100, "mx-central-1").kg_per_month is None


def test_factors_are_kilograms_per_kilowatt_hour() -> None:
    """A grid is between nearly nothing and pure coal, about 1.1 kg."""
    assert grid_factor("us-east-1") == pytest.approx(0.415755)
