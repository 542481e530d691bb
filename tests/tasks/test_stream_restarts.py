"""Pages that watch see each run to its end, through restarts of server and broker.

In short: `make crash` does the same with two hundred pages.
"""

from pathlib import Path

from crash_lib import run_watchers, write_watching
from services_lib import Server


def test_all_pages_reach_the_end_and_none_runs_backwards(
    tmp_path: Path, private_redis: Server
) -> None:
    found = run_watchers(24, tmp_path, private_redis)

    assert found.is_good, write_watching("redis", found)
