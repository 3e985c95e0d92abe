"""Where figures of several modules were read, each place named once."""

from dataclasses import dataclass

from aimigrate.contracts.catalog import Sourced

_OVER_MODULE = 1.28  # at the wall: carrier and supply's loss


@dataclass(frozen=True)
class Sheet:
    """A place where figures were read, and when; called with a figure it gives that with its source."""

    source: str
    date: str = "2026-11"

    def __call__(self, value: float, unit: str, how: str = "") -> Sourced:
        """Return a figure; `how` says what was read there, or how it was worked out from that."""
        return Sourced(value=value, unit=unit, source=f"{how}; {self.source}" if how else self.source, date=self.date)


AGX_ORIN = Sheet("NVIDIA Jetson AGX Orin Series data sheet DS-10662-001 v1.6, text of a public copy")
ORIN_NX = Sheet("NVIDIA Jetson Orin NX Series data sheet DS-10712-001 v1.5, text of a public copy")
ORIN_NANO = Sheet("NVIDIA Jetson Orin Nano Series data sheet DS-11105-001 v1.1, text of a public copy")
THOR = Sheet("NVIDIA Jetson Thor data sheet DS-11945-001 v1.5, as third parties quote it; not yet read itself")
MSRP = Sheet("huggingface.js hardware-nvidia.ts, msrp", date="2026-08")
_WALL = Sheet(
    f"the module at most, times {_OVER_MODULE:g} for carrier and supply: AGX Orin drew 77 W of its 60 W in MLPerf v3.0"
    " (cTuning, BERT Offline, whole system)"
)


def at_the_wall(max_power_w: float) -> Sourced:
    """Return what a module of which nobody measured it draws at the wall, to the watt."""
    return _WALL(float(round(max_power_w * _OVER_MODULE)), "W")
