"""Progress bars in a terminal, for commands that wait for a run."""

import time
from collections.abc import Callable

import click

from .app_state import TasksState
from .ledger.runs import Run
from .ledger.tables import DONE

_PERIOD = 0.2
_WIDTH = 30


def wait_with_bar(
    site: TasksState,
    run_id: str,
    *,
    timeout: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Run | None:
    """Show how far a run is until it ended; give its row then, or None."""
    end = None if timeout is None else time.monotonic() + timeout
    shown = ""
    run = site.runs.find(run_id)
    while run is not None and not run.is_ended:
        line = draw(site, run)
        if line != shown:
            click.echo(f"\r{line}\x1b[K", nl=False)
            shown = line
        if end is not None and time.monotonic() > end:
            break
        sleep(_PERIOD)
        run = site.runs.find(run_id)
    if run is not None:
        click.echo(f"\r{draw(site, run)}\x1b[K")
    return run


def draw(site: TasksState, run: Run) -> str:
    """Draw one line: bar, percent, state and text."""
    progress = site.live.find_progress([run.id]).get(run.id)
    fraction = 1.0 if run.state == DONE else progress.fraction if progress else 0.0
    full = round(fraction * _WIDTH)
    text = progress.text if progress else ""
    bar = "█" * full + "░" * (_WIDTH - full)
    return f"{bar} {fraction:4.0%} {run.state} {text}".rstrip()
