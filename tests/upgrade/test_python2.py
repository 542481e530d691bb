"""If this passes, Python 2 is recognised by its line, and Python 3 is not."""

import pytest

from carboy.upgrade.python2 import find_python2


@pytest.mark.parametrize(
    "line",
    [
        "print 'a'",
        "print",
        "except E, e:",
        "raise E, 'a'",
        "exec code",
        "a <> b",
        "ur'a'",
        "x = 0777",
        "y = 1L",
    ],
)
def test_python2_is_recognised(line):
    found = find_python2(f"a = 1\n{line}\n")

    assert found is not None
    assert found[0] == 2


@pytest.mark.parametrize(
    "line",
    [
        "print('a')",
        "print(a) ",
        "except (A, B):",
        "x = 0o777",
        "# print 'a'",
        "printer = 1",
    ],
)
def test_python3_is_not(line):
    assert find_python2(line) is None
