"""If this passes, an old app comes to green by itself, and each has enough habits.

`make upgrade-apps` does it for all apps.
"""

import sys

import pytest

from carboy.upgrade import (
    choose_rules,
    list_files,
    make_project,
    parse_targets,
    upgrade_files,
)
from tests.upgrade.old_apps import APPS, list_apps, upgrade_app

FEWEST = 10


@pytest.mark.parametrize("name", ["micro", "ledger"])
def test_an_old_app_comes_to_green(name, tmp_path):
    lines = []

    proof = upgrade_app(APPS / name, tmp_path / name, sys.executable, lines.append)

    assert not proof.before.passed
    assert proof.after.is_good, proof.after.output
    assert len(proof.after.passed) >= 3
    assert not proof.taken_back, lines


@pytest.mark.parametrize("name", list_apps())
def test_an_old_app_mixes_habits(name):
    files = list_files([APPS / name])

    outcomes = upgrade_files(
        files, choose_rules(parse_targets("")), project=make_project(files)
    )

    rules = {place.rule for outcome in outcomes for place in outcome.changes}
    assert len(rules) >= FEWEST, sorted(rules)
    assert not [outcome.problem for outcome in outcomes if outcome.problem]
