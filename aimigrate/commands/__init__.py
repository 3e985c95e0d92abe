"""One command per module; each exports `register(app)`."""
