"""Find which cloud AI workloads belong on Jetson modules near their data, and move them there safely."""

__version__ = "0.1.0"
