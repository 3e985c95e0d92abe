"""What AWS's API says of Kubernetes nodes, and what it does not."""

from aimigrate.contracts.inventory import Missing

WHAT_RUNS_INSIDE = Missing(
    what="runs_inside",
    reason="AWS's API does not say which pods run on the nodes of a cluster, nor which of them use the accelerator",
    fix=(
        "turn on Container Insights with enhanced observability (pod_gpu_utilization) and split cost allocation data "
        "for EKS, or state what runs there as observations (workloads.csv)"
    ),
)
