"""The table of all trials, as it stands in the docs."""

from collections.abc import Iterable

from .requests import Requests
from .restarts import Restarts
from .trial import Outcome
from .watchers import Watching

_HEAD = (
    "| broker | pool | tasks | kill -9 (worker, main, child) | broker killed | lost "
    "| effects twice | ended twice | seconds |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


def write_table(outcomes: Iterable[Outcome]) -> str:
    """Write one line for each trial."""
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


def write_requests(broker: str, found: Requests) -> str:
    """Write what came of killing web processes."""
    return (
        f"{broker}: {found.kills} web processes killed in {found.begun} requests, "
        f"{found.unsent} of {found.jobs} tasks without their message; "
        f"rows without task {found.rows_without_job}, tasks without row "
        f"{found.jobs_without_row}, not run {found.unanswered}, missed their row "
        f"{found.missed_rows}, run after a rollback {found.ran_after_rollback}"
    )


def write_restarts(broker: str, found: Restarts) -> str:
    """Write what came of restarting a broker."""
    lost = found.asked - found.done
    return (
        f"{broker}: {len(found.resumed)} restarts, working again after "
        f"{min(found.resumed):.1f} to {max(found.resumed):.1f} s, all caught up after "
        f"{max(found.caught_up):.1f} s at most; {lost} of {found.asked} tasks lost"
    )


def write_watching(broker: str, found: Watching) -> str:
    """Write what pages saw while server and broker were restarted."""
    return (
        f"{broker}: {found.reached} of {found.watchers} pages saw the end, the last "
        f"one {found.slowest:.2f} s after it; {found.backwards} ran backwards, "
        f"{found.repeated} events came twice, {found.streams} streams were opened; "
        f"/ping took {found.slowest_ping_ms:.0f} ms at most with two view threads"
    )
