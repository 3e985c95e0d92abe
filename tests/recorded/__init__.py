"""Answers of AWS, an area each: what a small company holds there, and the workloads that must be found in it."""
