"""Keys in a table are distinct, whatever their length and case."""

import pytest
import sqlalchemy as sa

from carboy.stores.key_column import KEY_BYTES, KeyColumn, short_key


def test_a_short_key_is_unchanged():
    assert short_key("page:/") == "page:/"
    assert short_key("k" * KEY_BYTES) == "k" * KEY_BYTES


@pytest.mark.parametrize("letter", ["k", "ä", "汉"])
def test_long_keys_are_shortened_keep_their_beginning_and_are_distinct(letter):
    one, two = letter * 400 + "1", letter * 400 + "2"

    short = short_key(one)

    assert len(short.encode()) <= KEY_BYTES
    assert short.startswith(letter * 50)
    assert short != short_key(two)
    assert short == short_key(one)


def test_keys_that_differ_in_case_or_a_space_are_distinct_in_mariadb(fresh_mariadb):
    engine = sa.create_engine(fresh_mariadb)
    table = sa.Table("t", sa.MetaData(), sa.Column("k", KeyColumn, primary_key=True))
    table.create(engine)

    with engine.begin() as connection:
        connection.execute(table.insert(), [{"k": k} for k in ("a", "A", "a ", "ä")])
        keys = connection.execute(sa.select(table.c.k)).scalars().all()

    assert sorted(keys) == ["A", "a", "a ", "ä"]
    engine.dispose()
