"""From an assessment and a list of sites to a plan."""
