"""One module per AWS service; each exports `collector`."""
