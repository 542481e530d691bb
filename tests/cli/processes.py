"""Long-running commands for tests: start, request over HTTP, stop."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

TIMEOUT = 30


class RunningCommand:
    """One `carboy …` process that runs until the test ends."""

    def __init__(
        self,
        folder,
        words,
        environ,
        program=("-m", "carboy"),
        python=(sys.executable,),
    ):
        self.lines = []
        self.process = subprocess.Popen(
            [*python, *program, *words],
            cwd=folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip())

    @property
    def log(self):
        """The output so far."""
        return "\n".join(self.lines)

    def wait_for(self, text):
        """Wait until the output contains `text`."""
        wait_until(lambda: text in self.log or self.has_ended, lambda: self.log)
        self._reader.join(0 if not self.has_ended else 5)
        assert text in self.log, self.log

    @property
    def has_ended(self):
        """Whether the process has ended."""
        return self.process.poll() is not None

    def interrupt(self):
        """Send Ctrl-C; return the exit code."""
        os.kill(self.process.pid, signal.SIGINT)
        return self.process.wait(TIMEOUT)

    def stop(self):
        """Stop the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(5)


def wait_until(condition, explain=str):
    """Poll until `condition` holds; fail with the text of `explain()`."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)  # polls a real process


def find_free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(port, path="/", method="GET", **headers):
    """Send one request; return status, headers and text, or None if it is refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()
    except OSError:
        return None
    finally:
        connection.close()


def wait_for_text(running, port, text):
    """Wait until the home page contains `text`; return the page."""
    pages = []

    def has_text():
        # A process of development that restarts ends at once, in an answer as well.
        with contextlib.suppress(http.client.IncompleteRead):
            if response := request(port):
                pages.append(response[2])
        assert not running.has_ended, running.log
        return bool(pages) and text in pages[-1]

    wait_until(has_text, lambda: f"{pages[-1:]}\n{running.log}")
    return pages[-1]
