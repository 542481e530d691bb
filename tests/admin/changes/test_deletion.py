"""What goes along with a row is found by the cascades of its model."""

from carboy.admin.changes import plan_deletion
from tests.admin import zoo
from tests.admin.conftest import Site


def test_rows_go_lose_a_reference_or_stand_in_the_way(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        session = zoo.db.session()
        house = plan_deletion(session, session.get(zoo.House, 1))
        lion = plan_deletion(session, session.get(zoo.Animal, 1))

        assert [str(row) for row in house.deleted] == ["Cage A1"]
        assert {row.name for row in house.detached} == {"Leo", "Simba"}
        assert [type(row) for row in lion.blocking] == [zoo.Passport]
        assert not house.is_allowed(lambda row: not isinstance(row, zoo.Cage))


def test_too_many_rows_are_not_counted_to_their_end(sqlite_site: Site) -> None:
    with sqlite_site.app.app_context():
        session = zoo.db.session()
        rows = [zoo.Cage(label=str(number), house_id=1) for number in range(600)]
        session.add_all(rows)
        session.flush()

        assert plan_deletion(session, session.get(zoo.House, 1)).is_too_large
