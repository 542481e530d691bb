"""What is written to the streams of a worker becomes whole lines of its log."""

import io
import logging
import threading

import pytest

from carboy.tasks.worker.output import OutputToLog


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def output(stream: io.StringIO, caplog: pytest.LogCaptureFixture) -> OutputToLog:
    caplog.set_level(logging.INFO)
    return OutputToLog(stream, logging.INFO)


def test_a_line_is_logged_when_it_ends(
    output: OutputToLog, caplog: pytest.LogCaptureFixture
) -> None:
    print("a", 1, file=output, flush=True)
    print("half", end="", file=output, flush=True)
    assert caplog.messages == ["a 1"]

    output.writelines([" a line\n", "\n", "next\nrest"])
    assert caplog.messages == ["a 1", "half a line", "next"]


def test_a_bar_that_is_drawn_anew_is_one_line(
    output: OutputToLog, caplog: pytest.LogCaptureFixture
) -> None:
    for percent in range(101):
        output.write(f"\r{percent} %")
    output.write("\r\n")
    output.write("with an end of Windows\r\n")

    assert caplog.messages == ["100 %", "with an end of Windows"]


def test_threads_do_not_mix_their_lines(
    output: OutputToLog, caplog: pytest.LogCaptureFixture
) -> None:
    output.write("mine ")
    thread = threading.Thread(target=output.write, args=("theirs\n",))
    thread.start()
    thread.join()
    output.write("alone\n")

    assert caplog.messages == ["theirs", "mine alone"]


def test_what_a_handler_writes_goes_to_the_stream(
    output: OutputToLog, stream: io.StringIO
) -> None:
    handler = logging.StreamHandler(output)
    logger = logging.getLogger("carboy.tasks.output")
    logger.addHandler(handler)
    try:
        output.write("once\n")
    finally:
        logger.removeHandler(handler)

    assert stream.getvalue() == "once\n"
    assert not output.isatty()
    assert output.closed is False
