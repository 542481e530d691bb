"""`worker`, `beat`, and what `tasks` can do on the command line."""

import os
import platform
import signal
import sys
import threading
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from . import operations
from .app_state import TasksState, tasks_state
from .ledger.runs import Filter, Run
from .ledger.tables import DONE, STATES, WAITING
from .progress_bar import wait_with_bar
from .readiness import find_problem
from .schedules import Scheduler, run_beat
from .worker import BEAT, CHILD, Supervisor, make_command

_POOLS = ("prefork", "threads", "gevent", "solo")


@click.command()
@click.option("--queues", "-q", help="Queues to work on, with commas; all without it.")
@click.option("--pool", "-p", type=click.Choice(_POOLS), help="How tasks run.")
@click.option("--concurrency", "-c", type=int, help="How many tasks at a time.")
@click.option("--beat", is_flag=True, help="Start what is scheduled as well.")
@click.option("--alone", is_flag=True, help="Without the process that restarts it.")
@click.option("--log-level", "-l", default="INFO", show_default=True)
@with_appcontext
def worker(
    queues: str | None,
    pool: str | None,
    concurrency: int | None,
    log_level: str,
    *,
    beat: bool,
    alone: bool,
) -> None:
    """Work on tasks until it is stopped."""
    site = _site()
    pool = pool or site.settings.pool
    if beat:
        os.environ[BEAT] = "1"
    if not alone and CHILD not in os.environ:
        sys.exit(Supervisor(make_command(pool), os.environ).run())
    if pool == "gevent" and CHILD not in os.environ:
        # Everything has to be patched before anything else is imported.
        os.execve(sys.executable, make_command(pool), os.environ | {CHILD: "1"})  # noqa: S606 - this very command, started again
    program = site.celery.Worker(
        pool=pool,
        concurrency=concurrency or site.settings.concurrency or None,
        queues=queues.split(",") if queues else None,
        loglevel=log_level.upper(),
        hostname=f"{site.app.name}-{os.getpid()}@{platform.node()}",
        optimization="fair",
    )
    program.start()
    sys.exit(program.exitcode)


@click.command()
@with_appcontext
def beat() -> None:
    """Start what is scheduled; any number of these may run at the same time."""
    site = _site()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_beat(site, site.celery.schedules, stop)


@click.group()
def tasks() -> None:
    """Look at runs of tasks, and change what becomes of them."""


@tasks.command("list")
@click.option("--state", type=click.Choice(STATES))
@click.option("--task", "name")
@click.option("--queue")
@click.option("--search")
@click.option("--limit", default=30, show_default=True)
@with_appcontext
def list_runs(
    state: str | None,
    name: str | None,
    queue: str | None,
    search: str | None,
    limit: int,
) -> None:
    """List runs, the newest first."""
    site, is_waiting = _site(), False
    wanted = Filter(state=state, task=name, queue=queue, search=search)
    for run in site.runs.list_runs(wanted, limit=limit):
        when = datetime.fromtimestamp(run.created).astimezone()
        click.echo(f"{run.id}  {when:%m-%d %H:%M:%S}  {run.state:<9}  {run.task}")
        is_waiting |= run.state == WAITING
    if is_waiting:
        _warn_of_problem(site)


@tasks.command()
@click.argument("run_id")
@click.option("--wait", is_flag=True, help="Wait for its end, with a bar.")
@with_appcontext
def show(run_id: str, *, wait: bool) -> None:
    """Show one run: arguments, result or error, log."""
    site = _site()
    run = _get(site, run_id)
    if run.state == WAITING:
        _warn_of_problem(site)
    if wait:
        run = wait_with_bar(site, run_id) or run
    click.echo(f"{run.task}({run.show_arguments()})")
    click.echo(f"{run.state}, attempt {run.attempts}, queue {run.queue}")
    for line in site.live.list_lines(run_id):
        click.echo(f"  {line.level:<8} {line.text}")
    if run.state == DONE:
        click.echo(f"result: {run.value!r}")
    elif run.error:
        click.echo(run.traceback or run.error)


@tasks.command()
@click.argument("run_id")
@click.option("--wait", is_flag=True, help="Wait for its end, with a bar.")
@with_appcontext
def retry(run_id: str, *, wait: bool) -> None:
    """Run something again that ended, dead letters included."""
    site = _site()
    _get(site, run_id)
    if not site.celery.AsyncResult(run_id).retry():
        _refuse(f"The run {run_id} has not ended yet.")
    click.echo(f"{run_id} waits again.")
    _warn_of_problem(site)
    if wait:
        wait_with_bar(site, run_id)


@tasks.command()
@click.argument("run_id")
@with_appcontext
def cancel(run_id: str) -> None:
    """Stop a run, before it begins or at work."""
    site = _site()
    _get(site, run_id)
    if not operations.cancel(site.ledger, run_id):
        _refuse(f"The run {run_id} has ended already.")
    click.echo(f"{run_id} is cancelled.")


@tasks.command()
@click.option("--queue", help="Only this one.")
@click.confirmation_option(prompt="Cancel everything that waits?")
@with_appcontext
def purge(queue: str | None) -> None:
    """Cancel everything that waits."""
    click.echo(f"{operations.purge(_site().ledger, queue)} runs are cancelled.")


@tasks.command()
@click.argument("name", required=False)
@click.option("--pause", is_flag=True)
@click.option("--resume", is_flag=True)
@with_appcontext
def schedules(name: str | None, *, pause: bool, resume: bool) -> None:
    """List what is scheduled; pause one, or let it go on."""
    site = _site()
    scheduler = Scheduler(site, site.celery.schedules)
    scheduler.sync()
    if (
        name is not None
        and (pause or resume)
        and not scheduler.pause(name, paused=pause)
    ):
        _refuse(f"There is no schedule {name!r}.")
    for each in scheduler.list_schedules():
        when = datetime.fromtimestamp(each.next).astimezone()
        state = "paused" if each.paused else f"next {when:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{each.name:<30} {each.rule:<24} {state}")


def _site() -> TasksState:
    return tasks_state.of(current_app)


def _get(site: TasksState, run_id: str) -> Run:
    run = site.runs.find(run_id)
    if run is None:
        msg = f"There is no run {run_id!r}. `carboy tasks list` shows those there are."
        raise click.ClickException(msg)
    return run


def _warn_of_problem(site: TasksState) -> None:
    """Print why runs that wait do not begin, if there is a reason."""
    problem = find_problem(site)
    if problem is not None:
        click.echo(f"Nothing that waits begins: {problem}.", err=True)


def _refuse(message: str) -> None:
    raise click.ClickException(message)
