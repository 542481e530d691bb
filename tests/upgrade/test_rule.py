"""If this passes, each rule is complete, and has more cases that must not change."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from carboy.upgrade import list_rules
from carboy.upgrade.targets import DEFAULT_TARGETS

FOLDER = Path(__file__).parent / "rules"


@pytest.mark.parametrize("rule", list_rules(), ids=lambda rule: rule.id)
def test_a_rule_has_more_cases_that_stay_than_cases_that_change(rule):
    name = f"test_{rule.id.replace('-', '_')}"

    module = import_module(f"tests.upgrade.rules.{name}")

    assert module.RULE is rule
    assert len(module.UNCHANGED) == len(set(module.UNCHANGED))
    assert len(module.UNCHANGED) > len({*module.CHANGED, *rule.examples})


@pytest.mark.parametrize("rule", list_rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_it_is_for(rule):
    assert re.fullmatch(r"[a-z][a-z0-9-]+", rule.id)
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.package in {*DEFAULT_TARGETS, ""}
    assert rule.examples
    assert rule.words


def test_ids_are_unique():
    names = [rule.id for rule in list_rules()]

    assert len(names) == len(set(names))
