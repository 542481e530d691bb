"""If this passes, the steps of the page about modules work, on the wheel."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "modules.md"
MINIMUM_STEPS = 7


def test_every_step_works(reader):
    reader.follow(PAGE)

    assert reader.steps >= MINIMUM_STEPS
