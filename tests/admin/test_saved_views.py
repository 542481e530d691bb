"""Views are stored for their owner, and found by those who may."""

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.saved_views import MOST_VIEWS, ViewStore


def test_views_are_of_their_owner_unless_they_are_shared() -> None:
    engine = sa.create_engine("sqlite://")
    with orm.Session(engine) as session:
        ada = ViewStore(session, "admin", "post", "1")
        bob = ViewStore(session, "admin", "post", "2")
        own = ada.save("Mine", {"q": "a"}, is_shared=False)
        shared = ada.save("Ours", {"filter": "x = 1"}, is_shared=True)
        assert own is not None
        assert shared is not None

        assert [each.name for each in ada.list()] == ["Mine", "Ours"]
        assert [each.name for each in bob.list()] == ["Ours"]
        assert bob.find(own) is None
        assert ViewStore(session, "other", "post", "1").list() == []
        assert ViewStore(session, "admin", "page", "1").find(shared) is None

        assert ada.save("Mine", {"q": "b"}, is_shared=False) is not None
        assert next(each.query for each in ada.list()) == {"q": "b"}
        numbers = [bob.save(str(n), {}, is_shared=False) for n in range(40)]
        assert sum(number is not None for number in numbers) == MOST_VIEWS
        found = ada.find(shared)
        assert found is not None
        ada.delete(found)
        assert ada.find(shared) is None
    engine.dispose()
