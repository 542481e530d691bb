"""A failure is one line with its place in the site, and without passwords."""

import json
import logging

import pytest

from carboy.tasks.failures import find_place, log_failure, log_retry, summarize


def _catch(text: str) -> BaseException:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - whatever json says
        json.loads(text)
    return caught.value


def test_the_place_is_the_last_frame_outside_of_libraries() -> None:
    assert find_place(_catch("{")).startswith(" (tests/tasks/test_failures.py:")
    assert not find_place(ValueError("never raised"))


def test_a_summary_has_one_line_and_no_password() -> None:
    error = ValueError("https://ada:geheim@x/\n[parameters: ('geheim',)]")

    assert summarize(error) == "ValueError: https://ada:********@x/"
    assert summarize(KeyError()) == "KeyError"


def test_a_failure_is_one_error_and_its_traceback_is_for_debugging(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "carboy.tasks")

    log_failure("shop.add", "id", 2, _catch("["))

    line, trace = caplog.records
    assert line.levelname == "ERROR"
    assert "\n" not in line.getMessage()
    start = "shop.add[id] failed in attempt 2: JSONDecodeError: "
    assert line.getMessage().startswith(start)
    assert (trace.levelname, bool(trace.exc_info)) == ("DEBUG", True)


@pytest.mark.parametrize(
    ("cause", "reason"),
    [(None, "the task asked for it"), ("it died", "it died"), (OSError(), "OSError")],
)
def test_a_retry_is_a_warning_with_its_cause(
    caplog: pytest.LogCaptureFixture, cause: BaseException | str | None, reason: str
) -> None:
    log_retry("shop.add", "id", 1, cause, 2.04)

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    text = f"shop.add[id] is retried in 2 s, attempt 1 failed: {reason}"
    assert record.getMessage() == text
