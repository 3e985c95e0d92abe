"""The last whole month's bill, in FOCUS 1.0 as AWS exports it: lines by resource and day, then lines without one."""

import calendar
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from aimigrate.demo.seed import Company
from aimigrate.demo.seed_cloud import Use

COLUMNS = (  # noqa: SIM905 # a header reads best as the text it is
    "AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd "
    "BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart "
    "CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName CommitmentDiscountStatus "
    "CommitmentDiscountType ConsumedQuantity ConsumedUnit ContractedCost ContractedUnitPrice EffectiveCost "
    "InvoiceIssuerName ListCost ListUnitPrice PricingCategory PricingQuantity PricingUnit ProviderName PublisherName "
    "RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName SkuId SkuPriceId "
    "SubAccountId SubAccountName Tags x_Operation x_ServiceCode x_UsageType"
).split()

_REGIONS = {
    "eu-central-1": ("Europe (Frankfurt)", "EUC1-"),
    "us-east-1": ("US East (N. Virginia)", ""),
    "us-west-2": ("US West (Oregon)", "USW2-"),
    "ap-southeast-1": ("Asia Pacific (Singapore)", "APS1-"),
}
_CATEGORIES = {
    "Amazon Elastic Compute Cloud": ("Compute", "AmazonEC2"),
    "Amazon Elastic Block Store": ("Storage", "AmazonEC2"),
    "Amazon SageMaker": ("AI and Machine Learning", "AmazonSageMaker"),
    "AWS Lambda": ("Compute", "AWSLambda"),
    "Elastic Load Balancing": ("Networking", "AWSELB"),
}
_CENT_FRACTION = Decimal("0.0000000001")  # AWS writes ten decimals
_AWS = "Amazon Web Services, Inc."


def month_of(company: Company) -> tuple[datetime, datetime]:
    """Return the start of the billed month and of the one after it."""
    year, month = (int(part) for part in company.billing.month.split("-"))
    start = datetime(year, month, 1, tzinfo=UTC)
    return start, start + timedelta(days=calendar.monthrange(year, month)[1])


def _money(value: Decimal) -> str:
    return str(value.quantize(_CENT_FRACTION, ROUND_HALF_UP))


class _Lines:
    """Writes lines with the fields that all of them share."""

    def __init__(self, company: Company) -> None:
        self.company, (self.start, self.end) = company, month_of(company)
        self.plan = (
            f"arn:aws:savingsplans::{company.account_id}:savingsplan/"
            + hashlib.sha256(f"{company.random_seed}/plan".encode()).hexdigest()[:32]
        )

    def line(self, **given: str) -> dict[str, str]:
        account = self.company.account_id
        shared = {
            "BillingAccountId": account,
            "BillingAccountName": self.company.company,
            "BillingCurrency": "USD",
            "BillingPeriodStart": f"{self.start:%Y-%m-%d %H:%M:%S}",
            "BillingPeriodEnd": f"{self.end:%Y-%m-%d %H:%M:%S}",
            "ChargeCategory": "Usage",
            "ChargeFrequency": "Usage-Based",
            "InvoiceIssuerName": _AWS,
            "ProviderName": "AWS",
            "PublisherName": _AWS,
            "SubAccountId": account,
            "SubAccountName": self.company.company,
        }
        return {name: given.get(name, shared.get(name, "")) for name in COLUMNS}

    def place(self, region: str | None) -> dict[str, str]:
        return {"RegionId": region, "RegionName": _REGIONS.get(region, (region, ""))[0]} if region else {}

    def of_use(self, use: Use) -> Iterator[dict[str, str]]:
        days = (self.end - self.start).days
        discount = self.company.billing.prices.savings_plan_types.get(use.instance_type or "")
        covered = discount is not None and use.service == "Amazon Elastic Compute Cloud"
        category, code = _CATEGORIES[use.service]
        daily, price = Decimal(repr(round(use.quantity / days, 8))), Decimal(repr(use.usd_per_unit))
        listed = daily * price
        effective = listed * (1 - Decimal(repr(discount))) if covered else listed
        prefix = _REGIONS.get(use.region, ("", ""))[1]
        sku = hashlib.sha256(f"{use.region}/{use.usage}".encode()).hexdigest()[:16].upper()
        for day in range(days):
            begin = self.start + timedelta(days=day)
            yield self.line(
                **self.place(use.region),
                BilledCost=_money(Decimal(0) if covered else listed),
                EffectiveCost=_money(effective),
                ContractedCost=_money(listed),
                ContractedUnitPrice=str(price),
                ListCost=_money(listed),
                ListUnitPrice=str(price),
                ConsumedQuantity=str(daily),
                ConsumedUnit=use.unit,
                PricingQuantity=str(daily),
                PricingUnit=use.unit,
                PricingCategory="Committed" if covered else "Standard",
                ChargeDescription=f"${price} per {use.unit} of {use.usage}",
                ChargePeriodStart=f"{begin:%Y-%m-%d %H:%M:%S}",
                ChargePeriodEnd=f"{begin + timedelta(days=1):%Y-%m-%d %H:%M:%S}",
                ResourceId=use.resource_id,
                ServiceCategory=category,
                ServiceName=use.service,
                SkuId=sku,
                SkuPriceId=f"{sku}.JRTCKXETXF.6YS6EN2CT7",
                Tags=json.dumps({f"user:{name}": text for name, text in sorted(use.tags.items())}) if use.tags else "",
                x_Operation="RunInstances" if use.instance_type else "",
                x_ServiceCode=code,
                x_UsageType=f"{prefix}{use.usage}",
                **(self._commitment() if covered else {}),
            )

    def _commitment(self) -> dict[str, str]:
        return {
            "CommitmentDiscountCategory": "Spend",
            "CommitmentDiscountId": self.plan,
            "CommitmentDiscountName": "Compute Savings Plans",
            "CommitmentDiscountStatus": "Used",
            "CommitmentDiscountType": "ComputeSavingsPlans",
        }

    def of_charges(self) -> Iterator[dict[str, str]]:
        for charge in self.company.billing.charges:
            yield self.line(
                **self.place(charge.region),
                BilledCost=_money(Decimal(repr(charge.billed_usd))),
                EffectiveCost=_money(Decimal(repr(charge.effective_usd))),
                ContractedCost=_money(Decimal(repr(charge.billed_usd))),
                ListCost=_money(Decimal(repr(charge.billed_usd))),
                ChargeCategory=charge.kind,
                ChargeFrequency="Recurring" if charge.kind == "Purchase" else "Usage-Based",
                ChargeDescription=charge.text,
                ChargePeriodStart=f"{self.start:%Y-%m-%d %H:%M:%S}",
                ChargePeriodEnd=f"{self.end:%Y-%m-%d %H:%M:%S}",
                ServiceCategory=charge.category,
                ServiceName=charge.service,
            )


def focus_csv(company: Company, used: list[Use]) -> bytes:
    """Return the bill; lines sorted by resource and day, money to ten decimals, no line rounded twice."""
    lines = _Lines(company)
    gone = [
        Use(item.service, item.region, item.resource_id, item.usage, "Hours", item.hours, item.usd_per_hour, {})
        for item in company.billing.gone
    ]
    held = io.StringIO(newline="")
    writer: csv.DictWriter[str] = csv.DictWriter(held, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for use in sorted([*used, *gone], key=lambda use: (use.service, use.region, use.resource_id, use.usage)):
        writer.writerows(lines.of_use(use))
    writer.writerows(lines.of_charges())
    return held.getvalue().encode()
