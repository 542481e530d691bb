"""Cases of a rule: texts that it changes, and more that it must leave alone."""

from collections.abc import Callable, Sequence
from pathlib import PurePath
from textwrap import dedent

import pytest

from carboy.upgrade import Project, UpgradeRule, rewrite


def make_cases(
    rule: UpgradeRule,
    changed: Sequence[tuple[str, str]],
    unchanged: Sequence[str],
    *,
    path: str = "site.py",
    project: Project | None = None,
) -> tuple[Callable[[str, str], None], Callable[[str], None]]:
    """Return the two tests of a rule."""
    pairs = [*rule.examples, *changed]

    @pytest.mark.parametrize(("before", "after"), pairs)
    def test_changed(before: str, after: str) -> None:
        before, after = dedent(before), dedent(after)

        outcome = upgrade(before)

        assert not outcome.problem
        assert outcome.after.decode() == after
        assert outcome.changes
        assert not upgrade(after).is_changed

    @pytest.mark.parametrize("text", unchanged)
    def test_unchanged(text: str) -> None:
        outcome = upgrade(dedent(text))

        assert outcome.after.decode() == dedent(text)
        assert not outcome.problem

    def upgrade(text: str):
        return rewrite(text.encode(), PurePath(path), [rule.kind], [rule], project)

    return test_changed, test_unchanged
