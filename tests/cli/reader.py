"""A reader of the documentation, who does what its blocks say in an empty folder."""

import re
import shlex
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.processes import RunningCommand, find_free_port, request, wait_until
from tests.pages import Block, list_blocks

_SERVER = re.compile(r"^(?:carboy|python manage\.py)(?: --app \S+)? (?:dev|serve)\b")
_CURL = re.compile(r"^curl http://127\.0\.0\.1:\d+(/\S*)$")


@dataclass
class Reader:
    """One who follows a page: the folder, the last output, and a running server."""

    folder: Path
    environ: dict[str, str]
    output: str = ""
    steps: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    server: RunningCommand | None = None
    port: int = 0
    _folders: int = 0

    def follow(self, page: Path) -> None:
        """Follow every block of a page; fail with the line of the page."""
        for block in list_blocks(page.read_text()):
            where = f"{page.name} line {block.line}"
            start = time.monotonic()
            if self._do(block, where):
                self.steps += 1
                self.seconds[where] = time.monotonic() - start
        self.stop_server()

    def _do(self, block: Block, where: str) -> bool:
        if "no-run" in block.words:
            return False
        if block.file:
            self._write(block)
        elif block.language == "sh":
            self._run(block.text.strip(), where)
        elif block.language == "text":
            for line in block.text.splitlines():
                assert line in self.output, f"{where}: {line!r} not in\n{self.output}"
        else:
            return False
        return True

    def _write(self, block: Block) -> None:
        if self.server is not None:
            # What was served is done: the page goes on with another project.
            self.stop_server()
            self._folders += 1
            self.folder = self.folder / f"other-{self._folders}"
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)

    def _run(self, text: str, where: str) -> None:
        line = text.partition("  #")[0].strip()
        if _SERVER.match(line):
            self.start_server(line)
        elif match := _CURL.match(text):
            self.output = self.ask(match[1], where)
        else:
            self.output, self.folder = run_block(text, self.folder, self.environ, where)

    def start_server(self, line: str) -> None:
        """Start the server of a line such as `carboy dev`, on a free port."""
        self.stop_server()
        self.port = find_free_port()
        program, *words = shlex.split(line)
        words += ["--port", str(self.port)]
        script = Path(self.environ["PROGRAMS"]) / program
        self.server = RunningCommand(
            self.folder, words, self.environ, program=(str(script),), python=()
        )

    def ask(self, path: str, where: str) -> str:
        """Return the page at a path, once the server answers."""
        server = self.server
        assert server is not None, f"{where}: nothing is served."

        def answers() -> bool:
            assert not server.has_ended, f"{where}:\n{server.log}"
            return request(self.port, path) is not None

        wait_until(answers, lambda: server.log)
        status, _, text = request(self.port, path)
        assert status == 200, f"{where}: {status}\n{text}\n{server.log}"
        return text

    def stop_server(self) -> None:
        """Stop what was started last."""
        if self.server is not None:
            self.server.stop()
            self.server = None


def run_block(
    text: str, folder: Path, environ: dict[str, str], where: str
) -> tuple[str, Path]:
    """Run the lines of a block in a shell; return the output, and where it ended."""
    result = subprocess.run(
        ["sh", "-ec", f"{text}\npwd > .folder"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, f"{where}:\n{result.stdout}{result.stderr}"
    files = [
        path for path in (folder, *folder.iterdir()) if (path / ".folder").exists()
    ]
    now = Path((files[-1] / ".folder").read_text().strip())
    (now / ".folder").unlink()
    return result.stdout, now


def run_program(words: list[str], **options: Any) -> str:
    """Run a program that has to succeed; return its output."""
    result = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=120, **options
    )
    assert result.returncode == 0, f"{words}\n{result.stdout}{result.stderr}"
    return result.stdout
