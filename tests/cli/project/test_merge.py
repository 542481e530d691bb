"""Edits and new versions are merged line by line; what cannot be merged is marked."""

import random

import pytest

from carboy.cli.project.merge import merge_file, merge_texts
from carboy.errors import ConfigError


@pytest.mark.parametrize(
    ("ours", "before", "after", "action", "text"),
    [
        ("a", "a", "b", "update", "b"),
        (None, None, "b", "create", "b"),
        (None, "a", "b", "gone", None),
        ("a", "a", None, "remove", None),
        ("mine", "a", None, "keep", None),
        ("b", "a", "b", None, None),
        ("1\n2\n3\nmine\n", "1\n2\n3\n", "0\n1\n2\n3\n", "merge", "0\n1\n2\n3\nmine\n"),
    ],
)
def test_each_file_is_treated_by_what_has_changed(
    tmp_path, ours, before, after, action, text
):
    if ours is not None:
        (tmp_path / "file").write_text(ours)

    result = merge_file(tmp_path, tmp_path / "file", before, after)

    assert (result and result.action) == action
    assert (result and result.text) == text


def test_a_conflict_has_both_sides_and_their_ancestor():
    text, conflicts = merge_texts("mine\n", "old\n", "new\n")

    assert conflicts == 1
    assert text.splitlines() == [
        *("<<<<<<< yours", "mine", "||||||| generated before", "old"),
        *("=======", "new", ">>>>>>> generated now"),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_no_line_of_either_side_is_lost(seed):
    chance = random.Random(seed)
    before = [f"line {number}" for number in range(30)]
    sides = []
    for name in ("mine", "new"):
        lines = before.copy()
        for number in range(chance.randint(1, 6)):
            lines.insert(chance.randrange(len(lines)), f"{name} {number}")
        sides.append(lines)

    ours, after = ("\n".join(lines) + "\n" for lines in sides)
    text, _ = merge_texts(ours, "\n".join(before) + "\n", after)

    merged = text.splitlines()
    assert {*sides[0], *sides[1]} <= {*merged}, seed


def test_without_git_the_error_says_so(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)

    with pytest.raises(ConfigError, match="git is not installed"):
        merge_texts("a", "b", "c")
