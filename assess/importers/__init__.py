"""One module per tool that measures speeds; each exports `importer`."""
