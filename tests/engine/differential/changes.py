"""Changes of an app that has already served requests, and of Flask beneath it."""

import functools
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flask

from . import classes
from .apps import add_hook, connect, make_callback
from .specs import Callback, Change, Hook, Step
from .world import World


def change(world: World, item: Change) -> None:
    """Do what the change says."""
    CHANGES[item.name](world, *item.args)


def _change_view(world: World, endpoint: str, answer: str) -> None:
    callback = Callback("changed view", (), Step("answer", (answer,)))
    if endpoint in world.app.view_functions:
        world.app.view_functions[endpoint] = make_callback(world, callback)


def _change_hook(world: World, kind: str) -> None:
    world.app._got_first_request = False
    add_hook(world, world.app, Hook(kind, Callback(f"late {kind}")))


def _change_rule(world: World, rule: str, endpoint: str) -> None:
    world.app.url_map.add(world.app.url_rule_class(rule, endpoint=endpoint))


def _change_handler(world: World, key: Any) -> None:
    callback = Callback("late handler", (), Step("answer", ("text",)))
    world.app._got_first_request = False
    key = Exception if key == "Exception" else key
    world.app.register_error_handler(key, make_callback(world, callback))


def _change_signal(world: World, name: str) -> None:
    def receiver(sender: flask.Flask, **values: Any) -> None:
        world.trace.note("late signal", name, sorted(values))

    connect(world, name, receiver)


def _change_class_method(world: World, name: str) -> None:
    own = classes.override_class(world, type(world.app), (name,))
    world.app.__class__ = own


def _change_function(world: World, table: str) -> None:
    def function(*args: Any) -> Any:
        world.trace.note(f"direct {table}", len(args))
        return args[0] if table == "after_request_funcs" else None

    getattr(world.app, table)[None].append(function)


def _change_processor(world: World) -> None:
    world.app.template_context_processors[None].append(lambda: {"extra": "late"})


def _change_provider(world: World) -> None:
    world.app.json = classes.OwnProvider(world.app)


@contextmanager
def patched(world: World) -> Iterator[None]:
    """Put the patches in place that this world asked for, for the time of the block.

    Tracers replace functions of Flask and Jinja in the whole process; both sides share
    that, so each has its patches only while it works.
    """
    originals = []
    for place, name in world.patches:
        owner = pkgutil.resolve_name(place)
        original = vars(owner)[name]
        originals.append((owner, name, original))
        setattr(owner, name, _traced(world, name, original))
    try:
        yield
    finally:
        for owner, name, original in reversed(originals):
            setattr(owner, name, original)


def _traced(world: World, name: str, original: Any) -> Any:
    plain = original.__func__ if isinstance(original, staticmethod) else original

    @functools.wraps(plain)
    def traced(*args: Any, **kwargs: Any) -> Any:
        world.trace.note(f"patched {name}")
        return plain(*args, **kwargs)

    return staticmethod(traced) if plain is not original else traced


CHANGES: dict[str, Callable[..., None]] = {
    "config": lambda world, key, value: world.app.config.__setitem__(key, value),
    "debug": lambda world, value: setattr(world.app, "debug", value),
    "view": _change_view,
    "hook": _change_hook,
    "hook_removed": lambda world, name: getattr(world.app, name).clear(),
    "rule": _change_rule,
    "handler": _change_handler,
    "session": lambda world, name: setattr(
        world.app, "session_interface", classes.SESSIONS[name](world)
    ),
    "response_class": lambda world, name: setattr(
        world.app, "response_class", classes.RESPONSES[name]
    ),
    "request_class": lambda world, name: setattr(
        world.app, "request_class", classes.REQUESTS[name]
    ),
    "json": lambda world, name, value: setattr(world.app.json, name, value),
    "signal": _change_signal,
    "method": lambda world, name: classes.override_instance(world, world.app, (name,)),
    "class_method": _change_class_method,
    "function": _change_function,
    "processor": _change_processor,
    "provider": _change_provider,
    "teardown": lambda world: world.app.teardown_appcontext_funcs.append(
        lambda error: world.trace.note("direct teardown", error)
    ),
    "jinja_global": lambda world: world.app.jinja_env.globals.update(extra="global"),
    "jinja_escape": lambda world: setattr(world.app.jinja_env, "autoescape", False),
    "map": lambda world, name, value: setattr(world.app.url_map, name, value),
    "view_gone": lambda world, name: world.app.view_functions.pop(name, None),
    "patch": lambda world, place, name: world.patches.append((place, name)),
}
