"""Pulumi components that the generated stacks are made of."""
