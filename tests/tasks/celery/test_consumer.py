"""A broker that is killed and comes back is found again soon, and nothing is lost."""

from pathlib import Path

from lib.crash import run_restarts
from lib.services import Server


def test_a_worker_goes_on_after_a_restart_of_its_broker(
    tmp_path: Path, private_redis: Server
) -> None:
    found = run_restarts(1, tmp_path, private_redis, away=0.5)

    assert found.sent == found.done > 0
    log = (tmp_path / "worker.log").read_text()
    assert "started again" not in log
    assert "Deprecation" not in log
    # It waits for no other workers, which takes a second after each connect.
    assert "mingle" not in log
