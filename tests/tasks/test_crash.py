"""The crash test in its short form.

`make crash` runs the long one, and `make crash-ci` ten seeds of random victims.
"""

from pathlib import Path

import pytest

from lib.crash import Plan, TreePlan, run_tree, run_trial, write_table, write_tree

# Processes are started again after each kill, which takes long on a busy machine.
pytestmark = pytest.mark.timeout(170)


@pytest.mark.parametrize(
    ("broker", "pool"), [("sqlite", "prefork"), ("redis", "threads")]
)
def test_nothing_is_lost_when_workers_and_brokers_are_killed(
    tmp_path: Path, broker: str, pool: str, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("private_redis") if broker == "redis" else None
    plan = Plan(broker, pool, short=100, long=12, kills=3, outages=1)

    outcome = run_trial(
        plan, tmp_path, broker_url=server.url if server else "", server=server
    )

    table = write_table([outcome])
    assert (outcome.lost, outcome.duplicate_effects) == (0, 0), table
    # One in a hundred is too few to be counted here: what was at work at each kill.
    assert outcome.duplicate_ends <= 4 * plan.concurrency, table
    assert sum(outcome.kills.values()) == 3


@pytest.mark.parametrize(
    ("database", "pool", "seed"),
    [("sqlite", "prefork", 1), ("postgresql", "threads", 3)],
)
def test_random_kills_in_the_tree_lose_nothing_and_leave_nothing(
    tmp_path: Path,
    database: str,
    pool: str,
    seed: int,
    request: pytest.FixtureRequest,
) -> None:
    url = ""
    if database != "sqlite":
        url = request.getfixturevalue(f"fresh_{database}")
    plan = TreePlan(database, "", pool, seed, requests=60, kills=2)

    outcome = run_tree(plan, tmp_path, database_url=url)

    assert outcome.is_good, write_tree(outcome)
