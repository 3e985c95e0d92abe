"""The Price List API: what an hour of each instance type in use costs on demand, in the region where it runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from aimigrate.assess._found import Found
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.bill import ListedPrice, SageMakerUse

Service = Literal["AmazonEC2", "AmazonSageMaker"]

_PAGE = 100  # products in one answer, at most (Price List API reference, read 2026-11)
_CURRENCY = "USD"
_TYPE_FIELD: dict[Service, str] = {"AmazonEC2": "instanceType", "AmazonSageMaker": "instanceName"}
_EC2_FILTERS = {"capacitystatus": "Used", "operatingSystem": "Linux", "preInstalledSw": "NA", "tenancy": "Shared"}
_EC2_USAGE = "BoxUsage"

# What a SageMaker instance does, in the words of usage types: `EUC1-Host:ml.g5.xlarge`.
USES: dict[str, SageMakerUse] = {
    "AsyncInf": "async",
    "Host": "hosting",
    "Notebk": "notebook",
    "Processing": "processing",
    "Train": "training",
    "Tsform": "transform",
}


@dataclass(frozen=True)
class PriceList:
    """Asks for the types that were found and no others: one request per service and region, 100 products a page."""

    name: str = "price-list"
    place: str = "account"
    iam_actions: frozenset[str] = frozenset({"pricing:GetProducts"})

    def price(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[ListedPrice]:
        """Yield the on-demand price of each type in its region; a type that AWS does not list there yields none."""
        wanted: dict[tuple[Service, str], set[str]] = {}
        for item in found:
            kind = item.workload.compute.instance_type
            if kind:
                service: Service = "AmazonSageMaker" if kind.startswith("ml.") else "AmazonEC2"
                wanted.setdefault((service, item.workload.region), set()).add(kind)
        order = sorted(wanted)
        asked = [_question(service, region, sorted(wanted[service, region])) for service, region in order]
        answers = reader.many_items("pricing", "get_products", "PriceList", asked, optional=True)
        for (service, region), products in zip(order, answers, strict=True):
            listed = {one for product in products for one in _prices(service, region, product)}
            # Where the list holds two, the cheaper one: a saving must not rest on the dearer.
            chosen = {_key(one): one for one in sorted(listed, key=lambda one: (_key(one), -one.usd_per_hour))}
            yield from (one for one in chosen.values() if one.instance_type in wanted[service, region])


def _key(one: ListedPrice) -> tuple[str, str]:
    return one.instance_type, one.use or ""


def _question(service: Service, region: str, kinds: list[str]) -> Item:
    exact = {"regionCode": region, **(_EC2_FILTERS if service == "AmazonEC2" else {})}
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in sorted(exact.items())]
    filters.append({"Type": "ANY_OF", "Field": _TYPE_FIELD[service], "Value": ",".join(kinds)})
    return {"ServiceCode": service, "Filters": filters, "MaxResults": _PAGE}


def _prices(service: Service, region: str, product: str) -> Iterator[ListedPrice]:
    """Yield the hourly on-demand price that one product of the list holds, if it is one of an instance at work."""
    entry = json.loads(product)
    attributes = entry["product"]["attributes"]
    # An instance under a capacity block or reservation has a product of its own; only plain use is taken.
    usage, _, kind = str(attributes.get("usagetype", "")).partition(":")
    usage = usage.rpartition("-")[2]
    use = USES.get(usage)
    if (use is None) if service == "AmazonSageMaker" else (usage != _EC2_USAGE):
        return
    for term in entry.get("terms", {}).get("OnDemand", {}).values():
        for usd in _hourly(term):
            yield ListedPrice(
                instance_type=kind,
                region=region,
                use=use,
                usd_per_hour=usd,
                source=f"AWS Price List, {service}, published {entry.get('publicationDate', 'on an unknown day')[:10]}",
                effective_at=_moment(term.get("effectiveDate")),
            )


def _hourly(term: dict[str, Any]) -> Iterator[float]:
    for dimension in term.get("priceDimensions", {}).values():
        usd = float(dimension.get("pricePerUnit", {}).get(_CURRENCY, 0))
        if str(dimension.get("unit", "")).lower().startswith(("hr", "hour")) and usd > 0:
            yield usd


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


collector = PriceList()
