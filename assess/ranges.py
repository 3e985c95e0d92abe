"""How far each assumption about money may be off: its least, likeliest and most, as the simulation draws it."""

from dataclasses import dataclass

from aimigrate.assess.assumptions import ASSUMPTIONS, assumed

_OURS = "our assumption"


@dataclass(frozen=True)
class Range:
    """One figure's least, likeliest and most, in its unit, and where they come from."""

    name: str
    low: float
    typical: float
    high: float
    unit: str
    source: str


_ENDS: dict[str, tuple[float, float, str]] = {
    "amortization": (30.0, 60.0, f"{_OURS}: from the warranty of industrial carriers to what NVIDIA sells Orin for"),
    "carrier_and_enclosure": (200.0, 900.0, f"{_OURS}: from a bare carrier with a supply to a sealed fanless box"),
    "installation": (75.0, 400.0, f"{_OURS}: from half an hour on the way to half a day with cabling"),
    "spares": (0.05, 0.20, f"{_OURS}: one in twenty to one in five, the smaller the fleet"),
    "migration": (1200.0, 9600.0, f"{_OURS}: 12 to 96 hours, the latter where a model must be exported anew"),
    "migration_weeks": (10.0, 14.0, "the 10-14 weeks that the specification of this tool gives a migration"),
    "overlap_weeks": (1.0, 6.0, f"{_OURS}: from a week to a whole monthly cycle and a half"),
    "upkeep": (6.0, 25.0, f"{_OURS}: half to twice"),
    "remote_hands": (2.0, 12.0, f"{_OURS}: a visit in four years to one in eight months"),
    "staff": (6.0, 40.0, f"{_OURS}: one engineer for 2,000 modules to one for 300"),
    "link": (0.0, 20.0, f"{_OURS}: a link that is there anyway to a mobile one for two modules"),
    "device_loss": (0.01, 0.08, f"{_OURS}: a locked cabinet to a vehicle or an open shop floor"),
    "electricity": (assumed("electricity_low"), assumed("electricity_high"), "as electricity_low and electricity_high"),
    "overflow_share": (assumed("overflow_share_low"), assumed("overflow_share_high"), "the ends of the band"),
    "cloud_price_change": (-0.08, 0.04, (f"{_OURS}: AWS kept the price of G4dn and G5 for years, cut P4d and P5 "
                                         "by a third and more in 2025-06, and has raised others")),
    "module_price": (0.85, 1.30, f"{_OURS}: a volume discount to a shortage of memory or a tariff"),
}  # fmt: skip


def range_of(name: str) -> Range:
    """Return the range of an assumption; one without stated ends does not vary. Raises KeyError for no assumption."""
    one, typical = ASSUMPTIONS[name], assumed(name)
    low, high, source = _ENDS.get(name, (typical, typical, one.source))
    return Range(name, min(low, typical), typical, max(high, typical), one.unit, source)


def listed_price() -> Range:
    """Return how much of a list price is not paid in truth: nothing, as taken, to what commitments take off."""
    most = ASSUMPTIONS["list_price_discount"]
    return Range("list_price_discount", 0.0, 0.0, assumed(most.name), most.unit, most.source)
