"""What random templates are rendered with: values that answer in every way."""

import functools
from collections import namedtuple
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import pass_context, pass_environment, pass_eval_context
from markupsafe import Markup

Point = namedtuple("Point", "x y")


class Thing:
    """An object with every kind of attribute."""

    title = "a <title>"
    mark = Markup("<b>mark</b>")
    number = 7
    none = None

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.items = [1, "two", Markup("<3>")]

    @property
    def counted(self) -> int:
        self.log.append("counted")
        return len(self.log)

    @property
    def lost(self) -> Any:
        self.log.append("lost")
        raise AttributeError("inside")

    @property
    def broken(self) -> Any:
        raise ValueError("a <broken> property")

    @property
    def ended(self) -> Any:
        raise StopIteration

    def __getitem__(self, key: Any) -> Any:
        self.log.append(f"item {key!r}")
        if key == "wrong":
            raise RuntimeError("a wrong item")
        if key in {"lost", "other", 0}:
            return f"<{key}>"
        raise KeyError(key)

    def method(self, *args: Any, **kwargs: Any) -> str:
        return f"method<{args}{sorted(kwargs)}>"

    @pass_context
    def scoped(self, context: Any, *args: Any) -> str:
        return f"{context.name} {sorted(context.get_all().keys() - {'range'})} {args}"


class Web:
    """What has its own HTML."""

    def __html__(self) -> str:
        return "<web>"

    def __str__(self) -> str:
        return "web & str"


class Caller:
    """An instance that is called with the context."""

    @pass_context
    def __call__(self, context: Any, *args: Any, **kwargs: Any) -> str:
        return f"caller {context.get('a')} {args} {kwargs}"


class Text(str):
    """A string of another class."""

    __slots__ = ()

    def __str__(self) -> str:
        return "<other text>"


def stop(*args: Any, **kwargs: Any) -> Any:
    """Raise what a call turns into an undefined value."""
    raise StopIteration


def fail(*args: Any, **kwargs: Any) -> Any:
    """Raise an ordinary error."""
    raise LookupError("it <fails>")


def echo(*args: Any, **kwargs: Any) -> str:
    """Return what was given."""
    return f"echo{args!r}{sorted(kwargs.items())!r}"


def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that hides another one, with its attributes."""

    @functools.wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return inner


@pass_context
def look(context: Any, name: str = "a", **kwargs: Any) -> Any:
    """Return what a name stands for where the call is written."""
    return f"{name}={context.resolve(name)}{sorted(kwargs)}"


@pass_eval_context
def modes(eval_context: Any, *args: Any) -> str:
    """Return how values are escaped where the call is written."""
    return f"auto={eval_context.autoescape}{args}"


@pass_environment
def size(environment: Any, *args: Any) -> str:
    """Return something of the environment."""
    return f"env={type(environment).__name__}{args}"


def numbers() -> Iterator[int]:
    """Yield numbers, once."""
    yield from (1, 2, 3)


def make_values(log: list[str]) -> dict[str, Any]:
    """Return new values; what they were asked goes into the log."""
    thing = Thing(log)
    return {
        "a": "<a&b>",
        "b": Markup("<i>b</i>"),
        "c": 3,
        "d": {"title": "<d>", "items": "of a dict", "x": {"y": [1, 2]}, "none": None},
        "e": [],
        "f": 1.5,
        "n": None,
        "t": True,
        "thing": thing,
        "web": Web(),
        "text": Text("<x>"),
        "point": Point("<1>", 2),
        "rows": [{"title": "<r>", "x": 1}, Point(1, "<y>"), thing, None, "s"],
        "tree": [{"v": "<1>", "sub": [{"v": 2, "sub": []}]}, {"v": 3, "sub": []}],
        "once": numbers(),
        "stop": stop,
        "fail": fail,
        "echo": echo,
        "look": look,
        "modes": modes,
        "size": size,
        "caller_object": Caller(),
        "partial": functools.partial(echo, "p"),
        "wrapped": wrapped(look),
        "function": lambda *args, **kwargs: len(args) + len(kwargs),
        "byte": b"<bytes>",
        **dict.fromkeys(("u", "v", "w", "item", "x", "text_", "joiner"), "<name>"),
        **dict.fromkeys(("m1", "m2", "m3", "m4", "cell", "with_caller"), echo),
        "lib": {"cell": echo},
    }
