"""`debug`: the traces in a terminal."""

import time

import click
import msgspec
from flask.cli import with_appcontext

from .recorder_state import recorder_state
from .trace import Summary, Trace
from .warnings import group_queries

_MAX_SQL = 160


@click.group()
def debug() -> None:
    """Show what the recorder has recorded."""


@debug.command("list")
@click.option("--limit", "-n", default=20, show_default=True, help="How many.")
@with_appcontext
def list_traces(limit: int) -> None:
    """List the last requests and tasks, the newest first."""
    summaries = recorder_state.current().list_summaries(limit)
    if not summaries:
        click.echo("Nothing was recorded yet. Open a page of the site in development.")
    for summary in summaries:
        click.echo(_write_line(summary))


@debug.command("last")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@with_appcontext
def show_last(*, as_json: bool) -> None:
    """Show the last request or task."""
    _show("last", as_json=as_json)


@debug.command("show")
@click.argument("trace_id")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@with_appcontext
def show_trace(trace_id: str, *, as_json: bool) -> None:
    """Show the request or task with this id: X-Debug-Token of its response."""
    _show(trace_id, as_json=as_json)


@debug.command("clear")
@with_appcontext
def clear() -> None:
    """Forget all traces."""
    recorder_state.current().clear()
    click.echo("All traces are forgotten.")


def _show(trace_id: str, *, as_json: bool) -> None:
    trace = recorder_state.current().find(trace_id)
    if trace is None:
        hint = "Open a page of the site in development."
        if trace_id != "last":
            hint = "`debug list` lists those that are kept."
        what = "was recorded yet" if trace_id == "last" else f"has the id {trace_id!r}"
        raise click.ClickException(f"Nothing {what}. {hint}")
    if as_json:
        text = msgspec.json.format(msgspec.json.encode(trace, order="sorted"), indent=2)
        click.echo(text.decode())
        return
    for line in _list_lines(trace):
        click.echo(line)


def _write_line(summary: Summary) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(summary.started))
    queries = summary.counts.get("query", 0)
    return (
        f"{summary.id}  {when}  {summary.status:>6}  {summary.seconds * 1000:8.1f} ms  "
        f"{queries:4d} queries  {summary.name}"
        f"{'  (' + ', '.join(summary.warnings) + ')' if summary.warnings else ''}"
    )


def _list_lines(trace: Trace) -> list[str]:
    lines = [_write_line(trace.summary)]
    lines += [f"  {name}: {value}" for name, value in trace.detail.facts.items()]
    for group in group_queries(trace.detail.events):
        kind = "the same query" if group.is_repeated else "a query of one kind"
        lines.append(
            f"  {group.count} times {kind} by {group.place or 'a library'}: "
            f"{group.statement[:_MAX_SQL]}"
        )
    for event in trace.detail.events:
        milliseconds = f"{event.seconds * 1000:8.2f} ms"
        text = " ".join(event.text.split())[:_MAX_SQL]
        lines.append(f"  {milliseconds}  {event.kind:9}  {text}  {event.place}")
    return lines
