"""Commands that keep running: started, asked over HTTP, and stopped for sure."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

PATIENCE = 30


class Running:
    """One `carboy …` that runs until the test is over."""

    def __init__(self, folder, words, environ, program=("-m", "carboy")):
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, *program, *words],
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
        """All that it has written."""
        return "\n".join(self.lines)

    def wait_for(self, text):
        """Wait until it has written this."""
        wait_until(lambda: text in self.log or self.has_ended, lambda: self.log)
        self._reader.join(0 if not self.has_ended else 5)
        assert text in self.log, self.log

    @property
    def has_ended(self):
        """Whether it runs no more."""
        return self.process.poll() is not None

    def interrupt(self):
        """Press Ctrl-C; give the exit code."""
        os.kill(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def end(self):
        """Make sure that nothing of it is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(5)


def wait_until(condition, explain=str):
    """Wait for a real process; fail with what `explain` gives."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)  # a real process is waited for


def find_free_port():
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path="/", method="GET", **headers):
    """Ask once; give status, headers and text, or None if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    except OSError:
        return None
    finally:
        connection.close()


def wait_for_text(running, port, text):
    """Wait until the first page has this text; give the whole page."""
    pages = []

    def is_there():
        if answer := ask(port):
            pages.append(answer[2])
        assert not running.has_ended, running.log
        return bool(pages) and text in pages[-1]

    wait_until(is_there, lambda: f"{pages[-1:]}\n{running.log}")
    return pages[-1]
