"""From a plan to files: stacks, inventory, playbooks; and the report."""
