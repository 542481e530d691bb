"""Deletions show what goes along, and need a permission for all of it."""

from typing import Any

from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import Site, log_in


def test_what_goes_along_is_shown_first_and_goes(site: Site) -> None:
    client = log_in(site, "boss")
    with site.app.app_context():
        house = zoo.House(name="Empty", cages=[zoo.Cage(label="E1")])
        zoo.db.session.add(house)
        zoo.db.session.commit()
        url = f"/-/admin/house/{house.id}/delete"

    text = client.get(url).text
    assert "Deleted along" in text
    assert "Cage E1" in text
    answer = client.post(url)

    assert answer.status_code == 303
    assert client.get(url).status_code == 404
    assert "Cage E1" not in client.get("/-/admin/cage/").text


def test_rows_in_the_way_stop_it(site: Site) -> None:
    client = log_in(site, "boss")

    # A passport needs its animal; a feeding does too, and no relation says so.
    text = client.get("/-/admin/animal/1/delete").text
    assert "In the way" in text
    assert client.post("/-/admin/animal/1/delete").status_code == 409
    with site.app.app_context():
        zoo.db.session.delete(zoo.db.session.get(zoo.Passport, 1))
        zoo.db.session.commit()
    assert client.post("/-/admin/animal/1/delete").status_code == 409
    assert client.get("/-/admin/animal/1").status_code == 200


def test_each_row_that_goes_needs_the_permission(sqlite_site: Site) -> None:
    @policy("admin.delete", zoo.Cage)
    def may_delete(_user: Any, cage: zoo.Cage) -> bool:
        return cage.label != "A1"

    client = log_in(sqlite_site, "boss")

    assert "You may not delete all" in client.get("/-/admin/house/1/delete").text
    assert client.post("/-/admin/house/1/delete").status_code == 409
    assert client.get("/-/admin/cage/1").status_code == 200


def test_a_deletion_needs_a_fresh_login(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "boss")
    with client.session_transaction() as session:
        session["_auth_time"] = 0

    assert (
        client.get("/-/admin/slug/a.2fb.3fc.3dd.7ee.2ef.2520/delete").status_code != 200
    )
    assert client.post("/-/admin/house/1/delete").status_code != 303
    assert client.get("/-/admin/house/1").status_code == 200
