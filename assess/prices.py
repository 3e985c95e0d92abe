"""Which price holds for a workload: what the account paid, else what AWS lists, else the bundled rate card."""

from dataclasses import dataclass
from datetime import datetime

from aimigrate.assess.rate_card import Price, small_price, usd_per_hour
from aimigrate.contracts.bill import Bill, ListedPrice, SageMakerUse
from aimigrate.contracts.inventory import Inventory, Workload, WorkloadKind

# What a SageMaker workload's instances do. HyperPod's are billed otherwise, and priced from the card.
_USES: dict[WorkloadKind, SageMakerUse] = {
    "sagemaker_async_endpoint": "async",
    "sagemaker_automl": "training",
    "sagemaker_endpoint": "hosting",
    "sagemaker_notebook": "notebook",
    "sagemaker_processing": "processing",
    "sagemaker_training": "training",
    "sagemaker_transform": "transform",
    "sagemaker_tuning": "training",
}


@dataclass(frozen=True)
class PriceBook:
    """The prices at hand, and the day for which they are asked."""

    paid: tuple[ListedPrice, ...] = ()
    listed: tuple[ListedPrice, ...] = ()
    at: datetime | None = None

    def hour(self, workload: Workload) -> Price:
        """Return what an hour of one of its instances costs; unknown with the reason."""
        compute = workload.compute
        kind = compute.instance_type
        if kind is None:
            return Price(usd=None, why="its instance type is not known")
        use = _USES.get(workload.kind, "hosting") if kind.startswith("ml.") else None
        for held, how in ((self.paid, "as paid"), (self.listed, "spot" if compute.spot else "on demand")):
            for one in held:
                if _key(one) == (kind, workload.region, "spot" if compute.spot else "on_demand", use):
                    why = f"{kind} {how} in {workload.region}"
                    return Price(usd=one.usd_per_hour, why=why, source=one.source)
        if compute.spot:
            return Price(usd=None, why="it runs on spot, whose price changes and is not on the rate card")
        return usd_per_hour(kind, workload.region, self.at)

    def small(self, part: str, name: str) -> Price:
        """Return a price that is the same for every instance: Lambda, serverless inference, Fargate."""
        return small_price(part, name, self.at)


def _key(one: ListedPrice) -> tuple[str, str, str, str | None]:
    return one.instance_type, one.region, one.kind, one.use


def price_book(inventory: Inventory) -> PriceBook:
    """Return the prices that an inventory holds, as of when it was read."""
    bill: Bill | None = inventory.bill
    return PriceBook(paid=bill.paid if bill else (), listed=inventory.prices, at=inventory.collected_at)
