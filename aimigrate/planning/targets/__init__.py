"""One edge module type per file; each exports `target`, every figure with source and date."""
