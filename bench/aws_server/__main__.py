"""Run the server: `python -m bench.aws_server --accounts 2 --regions 2 --ledger ledger.json`."""

import argparse
import asyncio
import gc
import time
from pathlib import Path

from bench.aws_server import routing
from bench.aws_server.serving import serve
from bench.aws_server.world import World


async def _run(world: World, port: int, latency_s: float) -> None:
    server = await serve(world, port=port, latency_s=latency_s)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Seed the accounts, write the ledger, print the port, serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--regions", type=int, default=4)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=40.0)
    parser.add_argument("--now-s", type=int, default=0, help="The moment that the seeds are dated from; 0: this hour.")
    parser.add_argument("--ledger", type=Path, help="Write what exists to this file.")
    given = parser.parse_args()
    world = World(given.accounts, given.regions, given.now_s or int(time.time()) // 3600 * 3600)
    if given.ledger:
        world.write_ledger(given.ledger)
    routing.load()
    gc.collect()
    gc.freeze()
    try:
        asyncio.run(_run(world, given.port, given.latency_ms / 1000))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
