"""Policies: one function for all actions, or one for each that has a rule."""

import pytest

from carboy.rest.crud.errors import CrudError
from carboy.rest.crud.policy import make_policy


def test_without_a_rule_an_action_is_allowed():
    assert make_policy(None).allows("delete", object())
    policy = make_policy({"delete": lambda row: row == "own"})

    assert policy.allows("update", "other")
    assert policy.allows("delete", "own")
    assert not policy.allows("delete", "other")
    assert not policy.hides_rows


def test_one_function_is_asked_for_every_action():
    asked = []
    policy = make_policy(lambda action, row: asked.append((action, row)))

    assert not policy.allows("read", 1)
    assert not policy.allows("list", None)
    assert asked == [("read", 1), ("list", None)]
    assert policy.hides_rows


def test_a_rule_for_an_unknown_action_is_refused():
    with pytest.raises(CrudError, match=r"allow has a rule for 'replace'"):
        make_policy({"replace": lambda row: True})
