"""Errors are of the tree, and a cancel gets past `except Exception`."""

from carboy.errors import CarboyError
from carboy.tasks import TaskCancelledError, UnknownRunError


def test_errors_belong_to_the_tree() -> None:
    assert issubclass(UnknownRunError, CarboyError)


def test_a_cancel_is_no_error_that_a_task_would_swallow() -> None:
    assert not issubclass(TaskCancelledError, Exception)
