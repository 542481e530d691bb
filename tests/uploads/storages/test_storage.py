"""Keys are valid on every file system and in every URL."""

import pytest

from carboy.uploads.errors import InvalidKeyError
from carboy.uploads.storages.storage import check_key, check_number


@pytest.mark.parametrize("key", ["a", "user.avatar/4f/4f2a.png", "A_b-c~d/e"])
def test_a_valid_key_is_returned(key):
    assert check_key(key) == key


def test_the_message_shows_the_key_and_the_rule():
    with pytest.raises(InvalidKeyError, match=r"'../x' is no key of a file"):
        check_key("../x")


def test_parts_follow_each_other():
    check_number(1, 0)
    check_number(2, 1)
    check_number(2, 2)

    with pytest.raises(ValueError, match="Part 3 cannot follow part 1"):
        check_number(3, 1)
