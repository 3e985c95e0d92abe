"""One placement strategy per module; each exports `strategy`."""
