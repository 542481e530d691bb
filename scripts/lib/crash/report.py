"""The results as text: the table of the docs, and a line for each other trial."""

from collections.abc import Iterable

from .requests import RequestsResult
from .restarts import RestartsResult
from .trial import Outcome
from .watchers import WatchersResult

_HEAD = (
    "| broker | pool | tasks | kill -9 (worker, main, child) | broker killed | lost "
    "| effects twice | ended twice | seconds |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


def write_table(outcomes: Iterable[Outcome]) -> str:
    """Return a table with one row for each trial."""
    return _HEAD + "".join(_line(each) for each in outcomes)


def _line(outcome: Outcome) -> str:
    plan, kills = outcome.plan, outcome.kills
    killed = f"{kills['worker']}, {kills['main']}, {kills['child']}"
    share = outcome.duplicate_ends / plan.total
    outages = outcome.outages if plan.broker != "sqlite" else "a file"
    return (
        f"| {plan.broker} | {plan.pool} | {plan.short} + {plan.long} | {killed} "
        f"| {outages} | {outcome.lost} | {outcome.duplicate_effects} "
        f"| {outcome.duplicate_ends} ({share:.2%}) | {outcome.seconds:.0f} |\n"
    )


def write_requests(broker: str, result: RequestsResult) -> str:
    """Return the result of killing web processes as one line."""
    return (
        f"{broker}: {result.kills} web processes killed in {result.begun} requests, "
        f"{result.unsent} of {result.jobs} tasks without their message; "
        f"rows without task {result.rows_without_job}, tasks without row "
        f"{result.jobs_without_row}, not run {result.unanswered}, missed their row "
        f"{result.missed_rows}, run after a rollback {result.ran_after_rollback}"
    )


def write_restarts(broker: str, result: RestartsResult) -> str:
    """Return the result of restarting a broker as one line."""
    lost = result.sent - result.done
    return (
        f"{broker}: {len(result.resumed)} restarts, working again after "
        f"{min(result.resumed):.1f} to {max(result.resumed):.1f} s, all caught up "
        f"after {max(result.caught_up):.1f} s at most; "
        f"{lost} of {result.sent} tasks lost"
    )


def write_watching(broker: str, result: WatchersResult) -> str:
    """Return what pages received during restarts as one line."""
    return (
        f"{broker}: {result.reached} of {result.watchers} pages saw the end, the last "
        f"one {result.slowest:.2f} s after it; {result.backwards} ran backwards, "
        f"{result.repeated} events came twice, {result.streams} streams were opened; "
        f"/ping took {result.slowest_ping_ms:.0f} ms at most with two view threads"
    )
