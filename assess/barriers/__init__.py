"""One module per thing that keeps a workload in the cloud whatever it costs; each exports `barrier`."""
