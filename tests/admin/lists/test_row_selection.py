"""Chosen rows are those keys, or all that match, in the order of their keys."""

from carboy.admin.lists import RowSelection, last_key
from tests.admin import zoo
from tests.admin.conftest import Site


def test_keys_of_each_kind_are_found(site: Site) -> None:
    console = site.app.extensions["carboy.admin"]
    with site.app.app_context():
        for slug, admin in console.admins.items():
            session = console.session
            every = list(session.scalars(admin.select()))
            keys = tuple(last_key([row]) for row in every)
            chosen = RowSelection(keys=(*keys, "~~", "9" * 99))
            statement = chosen.select(admin, lambda model: {})

            found = chosen.load_after(session, admin, statement, "", 1000)

            assert {last_key([row]) for row in found} == {*keys}, slug
            assert chosen.count(session, statement) == len(keys)


def test_pages_follow_each_other_up_to_the_last_row(site: Site) -> None:
    console = site.app.extensions["carboy.admin"]
    with site.app.app_context():
        session, admin = console.session, console.admins["log"]
        attributes = {zoo.Log: admin.attributes}
        every = RowSelection(is_all=True, filter="level = 1", until="120")
        statement = every.select(admin, attributes.__getitem__)
        ids, after = [], ""
        while rows := every.load_after(session, admin, statement, after, 7):
            after = last_key(rows)
            ids += [row.id for row in rows]

        assert ids == [n for n in range(1, 121) if (n - 1) % 5 == 1]
        assert every.find_last(session, admin, attributes.__getitem__) == "127"
