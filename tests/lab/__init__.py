"""Edge lab: two sites of two real hosts on one machine, reached over SSH, with no way out to the internet.

`with running() as lab:` makes it and removes every trace of it. A host is a systemd-nspawn container that boots
its own systemd in its own network namespace and cgroup. What makes it a Jetson is a handful of stand-ins in
`standin/`, at the boundary to NVIDIA's hardware, and nowhere else.
"""

from tests.lab.lab import HOSTS, Lab, LabHost, impossible, running

__all__ = ["HOSTS", "Lab", "LabHost", "impossible", "running"]
