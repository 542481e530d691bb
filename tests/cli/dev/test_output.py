"""If this passes, the log of several processes is readable."""

import io

import click
import pytest

from carboy.cli.dev.output import PrefixedOutput, wants_color


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_color_depends_on_the_terminal_and_the_environment(stream, environ, expected):
    assert wants_color(stream, environ) is expected


def test_names_are_aligned():
    stream = io.StringIO()
    output = PrefixedOutput(stream, environ={})
    output.add_name("web")
    output.add_name("scheduler")

    output.write("web", "ready")
    output.write("scheduler", "ready")
    output.write_own("bye")

    assert stream.getvalue().splitlines() == [
        "web       | ready",
        "scheduler | ready",
        "carboy    | bye",
    ]


def test_each_process_has_its_own_color():
    stream = Terminal()
    output = PrefixedOutput(stream, environ={})
    for name in ("web", "worker"):
        output.add_name(name)
        output.write(name, "x")

    labels = [line.split("|")[0] for line in stream.getvalue().splitlines()]
    assert len({label[:5] for label in labels}) == 2
    assert click.unstyle(labels[0]).strip() == "web"


def test_colors_of_a_process_are_removed_without_color():
    stream = io.StringIO()

    PrefixedOutput(stream, environ={}).write("web", click.style("red", fg="red"))

    assert stream.getvalue() == "web    | red\n"
