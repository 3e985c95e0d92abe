"""The documents that stages hand to each other. Values only."""

from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.base import Document
from aimigrate.contracts.inventory import Inventory
from aimigrate.contracts.plan import Plan
from aimigrate.contracts.rendered import Rendered
from aimigrate.contracts.rollout import Rollout
from aimigrate.contracts.sites import Hints, Sites

DOCUMENTS: dict[str, type[Document]] = {
    document.document_name: document for document in (Inventory, Assessment, Plan, Rendered, Rollout, Sites, Hints)
}

__all__ = ["DOCUMENTS", "Assessment", "Document", "Hints", "Inventory", "Plan", "Rendered", "Rollout", "Sites"]
