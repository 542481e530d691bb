"""Changes are recorded with the transaction that makes them."""

import sqlalchemy as sa

from carboy.admin.console import source_state
from carboy.admin.history import CHANGES, list_changes
from tests.admin import zoo
from tests.admin.conftest import Site


def test_a_rollback_takes_the_record_along(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        session = zoo.db.session()
        source_state.set("admin")
        house = session.get(zoo.House, 1)
        house.name = "Birds"
        session.flush()
        assert session.scalar(sa.select(sa.func.count()).select_from(CHANGES)) == 1
        session.rollback()
        assert list_changes(session) == []
        assert house.name.startswith("Cats")
        house.name = "Fish"
        session.commit()
        (change,) = list_changes(session)

    assert (change.before, change.after) == (
        {"name": "Cats & <b>dogs</b>"},
        {"name": "Fish"},
    )
    assert change.source == "admin"


def test_outside_of_the_console_nothing_is_recorded(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        zoo.db.session.get(zoo.House, 1).name = "Birds"
        zoo.db.session.commit()

        assert list_changes(zoo.db.session()) == []
