"""A server that answers as AWS does, from a seeded organization: fast enough to measure a reader of AWS."""
