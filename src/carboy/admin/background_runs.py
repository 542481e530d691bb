"""Runs of tasks that the console starts, on a site that has tasks."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from carboy.core import AppState, get_current_app, registry_of

from .console import AdminConsole, source_state
from .console_user import ConsoleUser, console_user_state


def add_task(app: Flask, name: str, function: Callable[..., Any]) -> None:
    """Make a task known to workers."""
    tasks: Any = registry_of(app).installed.get("tasks")
    if tasks is not None:
        tasks.task(name=name)(function)


def start_task(console: AdminConsole, name: str, values: dict[str, Any]) -> Any:
    """Start a task with the commit; return its run, or None on a site without tasks."""
    tasks: Any = registry_of(console.app).installed.get("tasks")
    if tasks is None:
        return None
    run = tasks.celery.tasks[name].delay(console.name, values)
    console.session.commit()
    return run


def find_run(console: AdminConsole, name: str, run_id: str) -> tuple[Any, Any]:
    """Return a run of a task in this console and its values, or None twice."""
    tasks: Any = registry_of(console.app).installed.get("tasks")
    result = None if tasks is None else tasks.find(run_id)
    run = None if result is None else result.run
    if run is None or run.task != name:
        return None, None
    (console_name, values), _ = run.arguments
    return (run, values) if console_name == console.name else (None, None)


def enter_console(name: str, user: ConsoleUser) -> AdminConsole:
    """Return the console in which a task works for a user, also for the history."""
    console: AdminConsole = AppState[Any](f"carboy.{name}").of(get_current_app())
    source_state.set(console.name)
    console_user_state.set(user)
    return console
