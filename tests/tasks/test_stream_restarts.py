"""Pages that watch see each run to its end, through restarts of server and broker.

In short: `make crash` does the same with two hundred pages.
"""

from pathlib import Path

from lib.crash import run_watchers, write_watching
from lib.services import Server


def test_all_pages_reach_the_end_and_none_runs_backwards(
    tmp_path: Path, private_redis: Server
) -> None:
    found = run_watchers(24, tmp_path, private_redis, seconds=5.0)

    assert found.is_good, write_watching("redis", found)
