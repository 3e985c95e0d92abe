"""The embedded account: moto on loopback, seeded from one YAML file, and the AWS stand-in for the engine."""
