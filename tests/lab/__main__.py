"""`python -m tests.lab up | down`: the lab for a person to look around in (root)."""

import fcntl
import sys

from tests.lab.lab import HOSTS, down, impossible, up
from tests.lab.parts import cache, say


def main(arguments: list[str]) -> int:
    """Start or remove the lab; 2 for wrong usage, 1 where the machine can't."""
    if arguments not in (["up"], ["down"]):
        say("usage: python -m tests.lab up | down")
        return 2
    reason = impossible()
    if reason:
        say(reason)
        return 1
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("a test run is using the lab; wait until it is over")
            return 1
        down()
        if arguments == ["down"]:
            return 0
        lab = up()
    for host in HOSTS:
        say(f"{host.site}: ssh -i {lab.key} aimigrate@{host.address}   # {host.name}, {lab.host_keys[host.name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
