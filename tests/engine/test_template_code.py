"""Templates compiled by our generator do what Jinja's do, with fewer calls."""

import gc
import sys
import traceback
from typing import Any

import pytest
from jinja2 import (
    DictLoader,
    Environment,
    FileSystemBytecodeCache,
    StrictUndefined,
    UndefinedError,
    pass_context,
)
from jinja2.compiler import CodeGenerator
from jinja2.nativetypes import NativeEnvironment
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from carboy.engine.template_code import FastCodeGenerator, make_code_generator
from carboy.engine.templates import patch_environment

ROW = "{{ row.name }}{{ f(row.id, k=1) }}{{ cell(row.name) }}{{ cell(text=row.id) }}"
TABLE = (
    "{% macro cell(text, kind='') %}<td>{{ text }}</td>{% endmacro %}"
    "{% for row in rows %}" + ROW + "{% endfor %}"
)


class Row:
    name = "<a>"
    id = 7


def make_environment(**options: Any) -> Environment:
    environment = Environment(autoescape=True, **options)
    patch_environment(environment)
    return environment


def is_ours(environment: Environment, source: str = "{{ a.b }}") -> bool:
    code = environment.compile(source, raw=True)
    return "template_runtime" in code


def count_calls(environment: Environment, count: int) -> int:
    template = environment.from_string(TABLE)
    values = {"rows": [Row()] * count, "f": lambda *args, **kwargs: ""}
    template.render(values)
    calls = 0

    def profile(frame: Any, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    # A collection in between runs the finalizers of others.
    gc.disable()
    sys.setprofile(profile)
    try:
        template.render(values)
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


def test_a_row_makes_few_calls() -> None:
    """A row costs at most a half of the Python calls of Jinja's code."""
    stock = Environment(autoescape=True)
    ours = make_environment()

    stock_row = (count_calls(stock, 110) - count_calls(stock, 10)) / 100
    row = (count_calls(ours, 110) - count_calls(ours, 10)) / 100

    assert row <= 18
    assert stock_row >= 2 * row


@pytest.mark.parametrize(
    "environment",
    [
        SandboxedEnvironment(),
        NativeEnvironment(),
        Environment(enable_async=True, autoescape=True),
        Environment(bytecode_cache=FileSystemBytecodeCache(), autoescape=True),
    ],
    ids=["sandbox", "native", "async", "bytecode"],
)
def test_other_environments_keep_jinjas_generator(environment: Environment) -> None:
    patch_environment(environment)

    assert not is_ours(environment)


def test_compiled_modules_and_own_generators_are_jinjas(tmp_path: Any) -> None:
    class Own(CodeGenerator):
        pass

    class OwnEnvironment(Environment):
        code_generator_class = Own

    environment = OwnEnvironment()
    patch_environment(environment)
    assert environment.code_generator_class is Own

    kept = make_environment(loader=DictLoader({"a.html": "{{ a.b }}"}))
    kept.compile_templates(tmp_path, zip=None)
    [module] = tmp_path.glob("*.py")
    assert "carboy" not in module.read_text()
    assert is_ours(kept)


def test_a_bytecode_cache_that_is_set_later_gets_jinjas_code(tmp_path: Any) -> None:
    environment = make_environment(loader=DictLoader({"a.html": "{{ a.b }}"}))
    environment.bytecode_cache = FileSystemBytecodeCache(str(tmp_path))
    environment.get_template("a.html")

    [kept] = tmp_path.iterdir()
    assert b"carboy" not in kept.read_bytes()


def test_an_environment_that_is_changed_after_the_template_was_compiled() -> None:
    """What is replaced in an environment, or in an overlay of it, is used at once."""
    environment = make_environment()
    template = environment.from_string("{{ a.b }}|{{ c.d }}")
    assert template.render(a={"b": 1}, c={}) == "1|"
    overlay = environment.overlay(undefined=StrictUndefined)
    with pytest.raises(UndefinedError, match="has no attribute 'b'"):
        overlay.from_string("{{ a.b }}").render(a={})

    vars(environment)["getattr"] = lambda obj, name: f"<{name}>"
    assert template.render() == "&lt;b&gt;|&lt;d&gt;"

    class Loud(Environment):
        def getattr(self, obj: Any, attribute: str) -> Any:
            return attribute.upper()

        def getitem(self, obj: Any, argument: Any) -> Any:
            return f"{argument}!"

    loud = Loud(autoescape=True)
    patch_environment(loud)
    assert loud.from_string("{{ a.b }}{{ c['d'] }}").render(c={"d": 1}) == "Bd!"


def test_a_context_class_of_the_application_is_asked() -> None:
    class Own(Context):
        def resolve_or_missing(self, key: str) -> Any:
            return "own" if key == "magic" else super().resolve_or_missing(key)

        def call(self, obj: Any, *args: Any, **kwargs: Any) -> Any:
            return f"called {obj(*args)} {sorted(kwargs)}"

    environment = make_environment()
    environment.context_class = Own
    template = environment.from_string(
        "{% for x in [1] %}{{ magic }}{{ f(x) }}{% endfor %}{{ f(2) }}"
    )

    text = template.render(f=lambda value: value)

    assert text == "owncalled 1 [&#39;_loop_vars&#39;]called 2 []"


def test_names_that_a_function_adds_while_a_loop_runs_are_seen() -> None:
    @pass_context
    def add(context: Context, value: str) -> str:
        context.vars["added"] = value
        return ""

    source = "{% for x in 'ab' %}{{ added }}{{ add(x) }}{% endfor %}{{ added }}"
    stock = Environment(autoescape=True).from_string(source).render(add=add)

    assert make_environment().from_string(source).render(add=add) == stock


def test_the_lines_of_a_traceback_are_those_of_the_template() -> None:
    pages = {
        "page.html": "{% from 'm.html' import m %}\n{% block b %}\n\n{{ m(x) }}"
        "{% endblock %}",
        "m.html": "\n{% macro m(f) %}\n{{ 1 }}\n{{ f().y }}{% endmacro %}",
    }

    def fail() -> None:
        raise LookupError

    def list_lines(environment: Environment) -> list[tuple[str, int | None]]:
        try:
            environment.get_template("page.html").render(x=fail)
        except LookupError as error:
            frames = traceback.extract_tb(error.__traceback__)
            return [
                (frame.name, frame.lineno)
                for frame in frames[:-1]
                if not frame.filename.endswith(".py")
            ]
        return []

    loader = DictLoader(pages)

    lines = list_lines(make_environment(loader=loader))

    assert [line for _, line in lines] == [2, 4, 4]
    assert lines == list_lines(Environment(autoescape=True, loader=loader))


def test_the_code_is_not_much_longer() -> None:
    """Compile time and memory follow the size of the code."""
    stock = Environment(autoescape=True).compile(TABLE * 3)
    environment = make_environment()
    ours = environment.compile(TABLE * 3)

    def size(code: Any) -> int:
        inner = (each for each in code.co_consts if hasattr(each, "co_code"))
        return len(code.co_code) + sum(map(size, inner))

    assert size(ours) < 1.8 * size(stock)
    assert environment.code_generator_class is make_code_generator
    assert isinstance(make_code_generator(environment, None, None), FastCodeGenerator)
