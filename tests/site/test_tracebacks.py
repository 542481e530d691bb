"""A folded traceback shows the frames of the site, and counts the others."""

import json
import linecache
from functools import partial
from pathlib import Path

import flask
import pytest
from flask import Flask

from carboy.site import tracebacks
from carboy.site.tracebacks import format_folded, is_library


def catch(function):
    with pytest.raises((ValueError, TypeError)) as caught:
        function()
    error = caught.value
    # Without the frame of this function.
    error.__traceback__ = error.__traceback__.tb_next
    return error


def test_frames_of_libraries_are_one_line():
    def fail():
        json.loads("{")

    lines = format_folded(catch(fail)).splitlines()

    assert any("in fail" in line for line in lines)
    assert '    json.loads("{")' in lines
    assert "  ... 3 frames of Python" in lines
    assert lines[-1].startswith("json.decoder.JSONDecodeError: Expecting")


def test_an_error_of_libraries_alone_is_shown_whole():
    text = format_folded(catch(partial(json.loads, "{")))

    assert "frames of" not in text
    assert "in raw_decode" in text


def test_causes_come_first():
    def fail():
        raise ValueError("second") from KeyError("first")

    text = format_folded(catch(fail))

    assert text.index("KeyError") < text.index("which caused") < text.index("second")


def test_what_is_hidden_stays_hidden():
    def fail():
        try:
            {}["first"]
        except KeyError:
            raise ValueError("second") from None

    text = format_folded(catch(fail))

    assert "KeyError: " not in text
    assert "while that was handled" not in text


def test_chains_that_lead_to_themselves_end():
    error, other = RuntimeError("a"), ValueError("b")
    error.__cause__, other.__cause__ = other, error

    assert format_folded(error).endswith("RuntimeError: a")


@pytest.mark.parametrize(
    "filename",
    [flask.__file__, linecache.__file__, tracebacks.__file__, "<frozen importlib>"],
)
def test_libraries_are_recognized(filename):
    assert is_library(filename)


def test_files_of_the_site_are_not_libraries(tmp_path):
    assert not is_library(__file__)
    assert not is_library(str(tmp_path / "views.py"))
    assert not is_library(str(Path(Flask("shop").root_path, "views.py")))
