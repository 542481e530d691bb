"""If this passes, no public name came, went or lost its docstring unnoticed."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.public_api import (
    is_documented,
    list_exports,
    list_front_doors,
    list_names,
    read_snapshot,
    write_snapshot,
)

SNAPSHOT = Path(__file__).with_name("public_api.txt")
FLAG = "--update-public-api"


@pytest.mark.parametrize("door", list_front_doors())
def test_public_names_are_those_of_the_snapshot(door: str, pytestconfig: pytest.Config):
    now = list_names(door)
    if pytestconfig.getoption(FLAG):
        write_snapshot(SNAPSHOT, read_snapshot(SNAPSHOT) | {door: now})

    before = read_snapshot(SNAPSHOT).get(door, [])

    assert now == before, tell_difference(door, before, now)


def test_the_snapshot_has_no_front_door_that_is_gone(pytestconfig: pytest.Config):
    snapshot = read_snapshot(SNAPSHOT)
    kept = {d: names for d, names in snapshot.items() if d in list_front_doors()}
    if pytestconfig.getoption(FLAG):
        write_snapshot(SNAPSHOT, kept)
        snapshot = kept

    assert snapshot == kept, f"Run pytest tests/test_public_api.py {FLAG}."


@pytest.mark.parametrize("door", list_front_doors())
def test_every_public_object_says_what_it_is_for(door: str):
    silent = [n for n, value in list_exports(door).items() if not is_documented(value)]

    assert not silent, f"{door}: write a docstring for {', '.join(silent)}."


def test_a_silent_object_is_found():
    @dataclass
    class Silent:
        x: int

    Silent.__module__ = "carboy.x"

    assert not is_documented(Silent)


def test_a_snapshot_is_read_as_it_was_written(tmp_path):
    snapshot = {"carboy": ["A: class", "b()"], "carboy.db": []}

    write_snapshot(tmp_path / "a.txt", snapshot)

    assert read_snapshot(tmp_path / "a.txt") == snapshot
    assert read_snapshot(tmp_path / "none.txt") == {}


def test_a_difference_names_what_changed_and_what_to_do():
    told = tell_difference("carboy", ["A", "B"], ["B", "C"])

    assert "gone: A" in told
    assert "new: C" in told
    assert FLAG in told


def tell_difference(door: str, before: list[str], now: list[str]) -> str:
    lines = [f"gone: {name}" for name in before if name not in now]
    lines += [f"new: {name}" for name in now if name not in before]
    command = f"pytest tests/test_public_api.py {FLAG}"
    return (
        f"The public names of {door} changed:\n" + "\n".join(lines) + "\nIf this is"
        f" meant, run {command} and commit tests/public_api.txt; tell users in"
        " CHANGELOG.md."
    )
