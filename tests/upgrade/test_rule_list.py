"""If this passes, rules are chosen by target, name, safety and group."""

import pytest

from carboy.errors import ConfigError
from carboy.upgrade import choose_rules, parse_targets


def names(target: str = "", **options) -> set[str]:
    return {rule.id for rule in choose_rules(parse_targets(target), **options)}


def test_safe_rules_run_by_default():
    assert "flask-ext" in names()
    assert not {"utcnow", "to-carboy"} & names()


def test_others_run_if_they_are_wanted():
    assert "utcnow" in names(unsafe=True)
    assert "to-carboy" in names(groups=["carboy"])
    assert names(only=["utcnow"]) == {"utcnow"}
    assert "flask-ext" not in names(skip=["flask-ext"])


def test_targets_decide():
    assert "flask-markup" not in names("flask=2.3")


def test_unknown_names_get_advice():
    with pytest.raises(ConfigError, match="Did you mean flask-ext"):
        names(only=["flask-exts"])
