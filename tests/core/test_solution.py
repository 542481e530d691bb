"""A solution is searched for a mistake and for what caused it."""

from itertools import pairwise

from flask import Flask

from carboy.core import Check, Solution, find_solution

APP = Flask("shop")


def solve_key(_app, mistake):
    if isinstance(mistake, KeyError):
        return Solution("No key", str(mistake))
    return None


def chain(*errors, is_cause):
    """Return the last error, which has the others as causes or contexts."""
    for earlier, later in pairwise(errors):
        if is_cause:
            later.__cause__ = earlier
        else:
            later.__context__ = earlier
    return errors[-1]


def test_the_first_solution_counts():
    first = Solution("First", "")

    found = find_solution(APP, [lambda *_: first, solve_key], KeyError("a"))

    assert found is first


def test_causes_and_contexts_are_searched_too():
    for is_cause in (True, False):
        error = chain(KeyError("a"), ValueError(), RuntimeError("b"), is_cause=is_cause)

        assert find_solution(APP, [solve_key], error).title == "No key"


def test_a_chain_that_leads_to_itself_ends():
    error, other = RuntimeError(), ValueError()
    error.__cause__, other.__cause__ = other, error

    assert find_solution(APP, [solve_key], error) is None


def test_a_check_has_no_causes():
    assert find_solution(APP, [solve_key], Check("a.W001", "b")) is None


def test_a_solver_that_fails_is_left_out():
    def fail(*_):
        raise ZeroDivisionError

    assert find_solution(APP, [fail, solve_key], KeyError("a")).title == "No key"
