"""A recovery code works once, and typing it badly does not matter."""

import pytest
import sqlalchemy as sa

from carboy.auth.credential_tables import RECOVERY_CODES
from carboy.auth.second_factors import RecoveryCodes


@pytest.fixture
def codes(session, clock):
    return RecoveryCodes(session, clock)


def test_each_code_works_once_for_its_owner(codes):
    made = codes.create("1")

    assert len(set(made)) == codes.count("1") == 10
    assert not codes.use("2", made[0])
    assert codes.use("1", made[0])
    assert not codes.use("1", made[0])
    assert codes.count("1") == 9


def test_small_letters_and_missing_dashes_are_accepted(codes):
    made = codes.create("1")

    assert codes.use("1", f" {made[0].lower().replace('-', ' ')} ")


def test_new_codes_replace_the_old_ones(codes):
    old = codes.create("1")
    codes.create("1")

    assert not any(codes.use("1", code) for code in old)


def test_no_code_is_stored(codes, session):
    made = codes.create("1")
    stored = repr(session.execute(sa.select(RECOVERY_CODES)).all())

    assert not any(code in stored or code.replace("-", "") in stored for code in made)


@pytest.mark.parametrize("code", ["", "----", "x" * 1000])
def test_other_texts_are_no_codes(codes, code):
    codes.create("1")

    assert not codes.use("1", code)
