"""A page is found from both sides without counting."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.lists import ListQuery, RowPage, list_sort_keys, load_page
from carboy.admin.schema import make_model_admin, make_options
from tests.admin import zoo


def test_pages_lead_to_their_neighbours() -> None:
    engine = sa.create_engine("sqlite://")
    zoo.Log.metadata.tables["log"].create(engine)
    admin = make_model_admin(zoo.Log, "log", make_options(zoo.Log, {"per_page": 2}))
    keys = list_sort_keys(admin, ("id",), admin.attributes)
    with orm.Session(engine) as session:
        session.add_all([zoo.Log(line=str(number)) for number in range(5)])
        session.flush()

        def load(**place: Any) -> tuple[list[str], str, str]:
            page = load_page(
                session, admin, sa.select(zoo.Log), ListQuery(**place), keys
            )
            return [row.line for row in page.rows], page.previous, page.next

        assert load() == (["0", "1"], "", "2")
        assert load(after="2") == (["2", "3"], "3", "4")
        assert load(after="4") == (["4"], "5", "")
        assert load(before="5") == (["2", "3"], "3", "4")
        assert load(before="3") == (["0", "1"], "", "2")
    engine.dispose()


def test_places_are_those_of_rows_that_are_shown() -> None:
    """Neither the values nor the keys of hidden rows stand in an address."""
    engine = sa.create_engine("sqlite://")
    zoo.Log.metadata.tables["log"].create(engine)
    admin = make_model_admin(zoo.Log, "log", make_options(zoo.Log, {"per_page": 2}))
    keys = list_sort_keys(admin, ("line",), admin.attributes)
    seen = {"a000", "a001", "a050", "a051", "a052", "a099"}
    with orm.Session(engine) as session:
        session.add_all([zoo.Log(line=f"a{number:03}") for number in range(100)])
        session.flush()

        def load(**place: Any) -> RowPage:
            return load_page(
                session,
                admin,
                sa.select(zoo.Log),
                ListQuery(**place),
                keys,
                is_seen=lambda row: row.line in seen,
            )

        shown, places, page = [], [], load()
        for _ in range(9):
            shown += [row.line for row in page.rows]
            places.append((page.next, page.skip))
            if not (page.next or page.skip):
                break
            page = load(after=page.next, skip=page.skip)
        assert shown == sorted(seen)
        assert {place.partition("~")[0] for place, _ in places} <= {*seen, ""}
        assert len(places) == 6

        first = load(before="a060~61")
        assert [row.line for row in first.rows] == ["a051", "a052"]
        assert first.previous.startswith("a051")
        hidden = load(before="a050~51")
        assert (hidden.rows, hidden.previous, hidden.next) == ([], "a050~51", "")
        before = load(before=hidden.previous, skip=hidden.skip)
        assert [row.line for row in before.rows] == ["a000", "a001"]
    engine.dispose()
