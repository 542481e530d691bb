"""The tables are made when they are first missed, inside the caller's transaction."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth import credential_tables as module
from carboy.auth.credential_tables import (
    METADATA,
    ROLES,
    make_credential_tables,
    prepare,
)


@pytest.fixture
def engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.sqlite")
    yield engine
    engine.dispose()


def test_tables_are_made_once_and_stay_after_a_commit(engine):
    with Session(engine) as session:
        prepare(session).execute(sa.insert(ROLES).values(user_id="1", role="a"))
        session.commit()

    with Session(engine) as session:
        assert prepare(session).execute(sa.select(ROLES.c.role)).scalars().all() == [
            "a"
        ]
    assert set(sa.inspect(engine).get_table_names()) == set(METADATA.tables)


def test_a_rollback_does_not_leave_the_tables_missing(engine):
    with Session(engine) as session:
        prepare(session).execute(sa.insert(ROLES).values(user_id="1", role="a"))
        session.rollback()

        prepare(session).execute(sa.insert(ROLES).values(user_id="2", role="b"))
        session.commit()

    with Session(engine) as session:
        assert session.execute(sa.select(ROLES.c.user_id)).scalars().all() == ["2"]


def test_a_site_can_describe_the_tables_in_its_own_metadata():
    tables = make_credential_tables(sa.MetaData())

    assert set(tables) == set(METADATA.tables)
    assert all(name.startswith("carboy_auth_") for name in tables)
    assert module.API_TOKENS.c.digest.type.length == 64
