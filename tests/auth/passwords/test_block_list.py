"""The list of passwords that are tried first."""

from carboy.auth.passwords.block_list import is_common


def test_common_passwords_are_found_with_an_ending_too() -> None:
    assert is_common("Password")
    assert is_common("iloveyou2024!")
    assert not is_common("kq7#vz1p-unheard")
