"""Which passwords are accepted."""

import pytest

from carboy.auth import PasswordRules, WeakPasswordError

RULES = PasswordRules(site_words=("bookshop",))


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "passwordpassword",
        "abcdefghijklmnopq",
        "1234567890123456789",
        "bookshopbookshop1",
        "ada@example.com1",
        "AdaLovelace12345",
        "x" * 1001,
    ],
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        RULES.check(password, ["ada@example.com", "Ada Lovelace", "Lovelace", "Ada"])


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "all small letters here",
        "我的密码是一句很长很长的中文句子啊",
        "a1b2c3d4e5f6g7h8" * 4,
        "the bookshop around the corner",
    ],
)
def test_a_long_password_needs_nothing_else(password: str) -> None:
    RULES.check(password)


def test_beside_a_second_factor_eight_characters_are_enough() -> None:
    RULES.check("kq7#vz1p", has_second_factor=True)
    with pytest.raises(WeakPasswordError):
        RULES.check("kq7#vz1", has_second_factor=True)
    with pytest.raises(WeakPasswordError):
        RULES.check("password1", has_second_factor=True)


def test_characters_are_counted_as_people_count_them() -> None:
    # Six letters with an accent each are not twelve.
    with pytest.raises(WeakPasswordError):
        RULES.check("e\u0301" * 4 + "kvzq1pw", has_second_factor=False)
