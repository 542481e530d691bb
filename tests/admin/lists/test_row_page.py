"""A page is found from both sides without counting."""

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.lists import ListQuery, list_sort_keys, load_page
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

        def load(**place: str) -> tuple[list[str], str, str]:
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
