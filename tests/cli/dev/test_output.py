"""If this passes, the log of several processes can be read."""

import io

import click
import pytest

from carboy.cli.dev.output import Console, wants_color


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
def test_colour_is_for_terminals_of_people_who_want_it(stream, environ, expected):
    assert wants_color(stream, environ) is expected


def test_names_stand_in_a_column():
    stream = io.StringIO()
    console = Console(stream, environ={})
    console.introduce("web")
    console.introduce("scheduler")

    console.write("web", "ready")
    console.write("scheduler", "ready")
    console.say("bye")

    assert stream.getvalue().splitlines() == [
        "web       | ready",
        "scheduler | ready",
        "carboy    | bye",
    ]


def test_each_process_has_a_colour_of_its_own():
    stream = Terminal()
    console = Console(stream, environ={})
    for name in ("web", "worker"):
        console.introduce(name)
        console.write(name, "x")

    labels = [line.split("|")[0] for line in stream.getvalue().splitlines()]
    assert len({label[:5] for label in labels}) == 2
    assert click.unstyle(labels[0]).strip() == "web"


def test_colours_of_a_process_go_when_nobody_wants_them():
    stream = io.StringIO()

    Console(stream, environ={}).write("web", click.style("red", fg="red"))

    assert stream.getvalue() == "web    | red\n"
