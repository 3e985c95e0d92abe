"""Commitments, list prices, spot prices, Cost Explorer and the organization of the recorded account."""

import json
from datetime import timedelta
from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()

YEAR_S = 31_536_000
ORGANIZATION = f"arn:aws:organizations::{ACCOUNT}:organization/o-1"
EC2 = "Amazon Elastic Compute Cloud - Compute"
PLAN = f"arn:aws:savingsplans::{ACCOUNT}:savingsplan/sp-1"


def product(usage_type: str, usd: float, **more: Any) -> str:  # noqa: ANN401  # as AWS answers
    """Return one entry of the price list as AWS gives it: JSON in a string."""
    term = {
        "effectiveDate": "2026-11-01T00:00:00Z",
        "priceDimensions": {"A.B.C": {"unit": "Hrs", "pricePerUnit": {"USD": f"{usd:.10f}"}}},
    }
    entry = {
        "product": {"attributes": {"usagetype": usage_type, "regionCode": REGION}},
        "publicationDate": "2026-11-18T00:00:00Z",
        "terms": {"OnDemand": {"A.B": term}, "Reserved": {"A.C": term}},
        **more,
    }
    return json.dumps(entry)


def _products(params: dict[str, Any]) -> dict[str, Any]:
    """Return what each type costs: 1 USD an hour on EC2, 1.25 on SageMaker whatever it does."""
    kinds = next(one["Value"] for one in params["Filters"] if one["Type"] == "ANY_OF").split(",")
    if params["ServiceCode"] == "AmazonEC2":
        return {"PriceList": [product(f"EUC1-BoxUsage:{kind}", 1.0) for kind in kinds]}
    uses = ("Host", "Train", "Processing", "Tsform", "Notebk", "AsyncInf")
    return {"PriceList": [product(f"EUC1-{use}:{kind}", 1.25) for kind in kinds for use in uses]}


def _spot(params: dict[str, Any]) -> dict[str, Any]:
    """Return one price that held all the time, in each of two zones."""
    return {
        "SpotPriceHistory": [
            {"InstanceType": kind, "AvailabilityZone": f"{REGION}{zone}", "SpotPrice": price}
            | {"Timestamp": params["StartTime"] - timedelta(hours=1), "ProductDescription": "Linux/UNIX"}
            for kind in params["InstanceTypes"]
            for zone, price in (("a", "0.30"), ("b", "0.50"))
        ]
    }


def group(*keys: str, usd: str, hours: str = "0") -> dict[str, Any]:
    """Return one group of a Cost Explorer answer."""
    metrics = {"AmortizedCost": {"Amount": usd, "Unit": "USD"}, "UsageQuantity": {"Amount": hours, "Unit": "N/A"}}
    return {"Keys": list(keys), "Metrics": metrics}


def costs(params: dict[str, Any]) -> dict[str, Any]:
    """Return two pages of usage by type, or all by record type and service: the same usage, credits and tax."""
    if params["GroupBy"][0]["Key"] == "RECORD_TYPE":
        groups = [
            group("Usage", EC2, usd="352.463"),
            group("SavingsPlanCoveredUsage", EC2, usd="45.877"),
            group("Usage", "Amazon SageMaker", usd="470.40"),
            group("SavingsPlanRecurringFee", "Savings Plans for AWS Compute usage", usd="7.00"),
            group("Credit", EC2, usd="-10.10"),
            group("Tax", "Tax", usd="5.05"),
        ]
        return {"ResultsByTime": [{"Groups": groups}]}
    if "NextPageToken" in params:
        return {"ResultsByTime": [{"Groups": [group(REGION, "EUC1-Host:ml.g5.xlarge", usd="470.40", hours="336")]}]}
    first = [
        group(REGION, "EUC1-BoxUsage:g5.xlarge", usd="300.123", hours="336"),
        group(REGION, "EUC1-SpotUsage:g5.xlarge", usd="50.00", hours="100"),
        group(REGION, "EUC1-DataTransfer-Out-Bytes", usd="12.34", hours="99"),
    ]
    second = [group(REGION, "EUC1-BoxUsage:g5.xlarge", usd="35.877", hours="36")]
    return {"ResultsByTime": [{"Groups": first}, {"Groups": second}], "NextPageToken": "2"}


def resources(params: dict[str, Any]) -> dict[str, Any]:
    """Return two days of two instances, and of what names none."""
    day = [
        group(f"i-{1:017x}", "EUC1-BoxUsage:g5.xlarge", usd="12.00"),
        group(f"i-{1:017x}", "EUC1-DataTransfer-Out-Bytes", usd="0.25"),
        group("NoResourceId", "EUC1-BoxUsage:g5.xlarge", usd="1.00"),
    ]
    return {"ResultsByTime": [{"Groups": day}, {"Groups": [*day, group("i-gone", "BoxUsage:m5.large", usd="2.00")]}]}


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    reserved = {
        "ReservedInstancesId": "ri-1",
        "InstanceType": "g5.xlarge",
        "InstanceCount": 2,
        "Scope": "Region",
        "ProductDescription": "Linux/UNIX",
        "InstanceTenancy": "default",
        "CurrencyCode": "USD",
        "Duration": YEAR_S,
        "FixedPrice": 876.0,
        "UsagePrice": 0.0,
        "RecurringCharges": [{"Amount": 0.4, "Frequency": "Hourly"}],
        "End": NOW + timedelta(days=100),
        "State": "active",
    }
    plan = {
        "savingsPlanArn": PLAN,
        "savingsPlanType": "SageMaker",
        "commitment": "0.75",
        "currency": "USD",
        "end": "2027-06-01T00:00:00.000Z",
        "state": "active",
    }
    accounts = [{"Id": ACCOUNT, "Arn": f"{ORGANIZATION}/{ACCOUNT}", "Name": "main", "Email": "owner@example.com"}]
    return {
        ("ec2", "DescribeReservedInstances"): {"ReservedInstances": [reserved]},
        ("ec2", "DescribeSpotPriceHistory"): _spot,
        ("savingsplans", "DescribeSavingsPlans"): {"savingsPlans": [plan]},
        ("pricing", "GetProducts"): _products,
        ("ce", "GetCostAndUsage"): costs,
        ("ce", "GetCostAndUsageWithResources"): resources,
        ("organizations", "DescribeOrganization"): {
            "Organization": {"Id": "o-1", "Arn": ORGANIZATION, "MasterAccountId": ACCOUNT}
        },
        ("organizations", "ListAccounts"): {"Accounts": [{**one, "State": "ACTIVE"} for one in accounts]},
    }
