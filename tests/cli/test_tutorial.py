"""If this passes, the steps of the tutorial work in an empty folder, on the wheel."""

import sys
from pathlib import Path

from tests.cli.processes import wait_for_text
from tests.cli.reader import run_program

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "tutorial.md"
SECOND_PAGE = DOCS / "tutorial-accounts.md"
MINIMUM_STEPS = 19


def test_every_step_works(reader, record_property):
    reader.follow(PAGE)

    assert reader.steps >= MINIMUM_STEPS
    record_property("seconds", round(sum(reader.seconds.values()), 1))

    reader.start_server("python manage.py dev")
    page = wait_for_text(reader.server, reader.port, "<h1>Cellar</h1>")
    assert "Cider, 10 l" in page
    assert reader.ask("/-/ready", "the end")


def test_every_step_of_the_second_part_works(reader, record_property):
    reader.follow(SECOND_PAGE)

    assert reader.steps >= MINIMUM_STEPS
    record_property("seconds", round(sum(reader.seconds.values()), 1))
    # Its code has the style that the project checks.
    run_program(
        [sys.executable, "-m", "ruff", "check", "--no-cache"], cwd=reader.folder
    )
    run_program(
        [sys.executable, "-m", "ruff", "format", "--check", "--no-cache"],
        cwd=reader.folder,
    )
