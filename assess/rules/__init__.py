"""One module per opinion on how a workload runs; each exports `rule`."""
