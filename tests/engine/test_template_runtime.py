"""What compiled templates call answers as Jinja's own functions do."""

import functools
from typing import Any

import pytest
from jinja2 import Environment, pass_context, pass_environment, pass_eval_context
from jinja2.runtime import Context

from carboy.engine.template_runtime import (
    call,
    get_call,
    get_lookup,
    get_read,
    nothing,
    read_item,
)
from carboy.engine.templates import patch_environment


def make_context(**values: Any) -> Context:
    return Environment(autoescape=True).from_string("").new_context(values)


class Callable:
    @pass_context
    def __call__(self, context: Context, *args: Any) -> Any:
        return context.name, args

    @pass_context
    def method(self, context: Context, *args: Any) -> Any:
        return sorted(context.get_all().keys() & {"a", "b"}), args


def plain(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


def with_call(*args: Any) -> Any:
    return args


vars(with_call)["__call__"] = Callable().method

FUNCTIONS = [
    plain,
    pass_context(lambda context, *args: (context.get("b"), args)),
    pass_environment(lambda environment, *args: (type(environment), args)),
    pass_eval_context(lambda modes, *args: (modes.autoescape, args)),
    functools.partial(plain, 1),
    Callable(),
    Callable().method,
    with_call,
    functools.wraps(Callable().method)(lambda *args: args[1:]),
    "text".join,
    len,
    str,
    None,
    7,
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("args", [(), ("x",), ("x", "y")])
@pytest.mark.parametrize(
    "scopes", [(None, None), ({"b": 1}, {}), ({}, {"a": 2, "b": 3})]
)
def test_a_call_is_that_of_the_context(function: Any, args: Any, scopes: Any) -> None:
    context = make_context(a=1)
    scope = {"_loop_vars": scopes[0], "_block_vars": scopes[1]}

    def run(called: Any) -> Any:
        try:
            return called()
        except Exception as error:  # noqa: BLE001 - any of them has to be the same
            return type(error), str(error)

    expected = run(lambda: context.call(function, *args, **scope))
    assert run(lambda: call(context, *scopes, function, *args)) == expected


def test_a_function_that_raises_stop_iteration_gives_an_undefined_value() -> None:
    def stop() -> None:
        raise StopIteration

    value = call(make_context(), None, None, stop)

    with pytest.raises(Exception, match="raised a StopIteration exception"):
        _ = value + 1


@pytest.mark.parametrize(
    "given",
    ["'<', 2", "'<'", "", "b=1", "1, b='<'", "1, 2, 3", "1, c=2", "1, a=2", "caller=1"],
)
@pytest.mark.parametrize(
    "body",
    ["", "{{ varargs }}", "{{ kwargs }}", "{{ caller }}{{ kwargs }}", "{{ a.b.c }}"],
)
def test_a_macro_gets_its_arguments(given: str, body: str) -> None:
    source = (
        "{% macro m(a, b='<b>') %}{{ a }}{{ b }}" + body + "{% endmacro %}"
        "{{ m(" + given + ") }}"
    )

    def run(*, ours: bool) -> Any:
        environment = Environment(autoescape=True)
        if ours:
            patch_environment(environment)
        try:
            return environment.from_string(source).render()
        except Exception as error:  # noqa: BLE001 - any of them has to be the same
            return type(error), str(error)

    assert run(ours=True) == run(ours=False)


def test_names_are_looked_up_where_the_context_keeps_them() -> None:
    context = make_context(a=1)
    first, get = get_lookup(context)

    context.vars["b"] = 2

    assert (first, get("a", nothing), get("b", nothing)) == ({"b": 2}, 1, nothing)


def test_what_is_replaced_is_asked() -> None:
    context = make_context(a=1)
    vars(context)["call"] = lambda *args, **kwargs: (args, kwargs)
    vars(context)["resolve_or_missing"] = lambda key: key * 2

    assert get_call(context)(context, {}, None, plain, 1) == (
        (plain, 1),
        {"_loop_vars": {}},
    )
    assert get_lookup(context)[1]("a", nothing) == "aa"


def test_an_attribute_that_is_not_there_is_an_item_or_undefined() -> None:
    environment = Environment(autoescape=True)

    assert get_read(environment) == (getattr, dict)
    assert read_item(environment, {"a": 1}, "a") == 1
    assert read_item(environment, "text", "a").__class__.__name__ == "Undefined"
