"""The console is closed to whom no policy lets in, and shows no more than allowed."""

from pathlib import Path
from typing import Any

import pytest

from carboy import Carboy
from carboy.admin import Admin
from carboy.auth import policy, policy_registry
from tests.admin import zoo
from tests.admin.conftest import Site, log_in

URLS = ("/-/admin/", "/-/admin/animal/", "/-/admin/animal/1", "/-/admin/nothing/")


def test_visitors_and_strangers_learn_nothing(sqlite_site: Site) -> None:
    for name in ("", "nobody"):
        client = log_in(sqlite_site, name)
        for url in URLS:
            assert client.get(url).status_code == 404, url
            assert client.post(url).status_code in {404, 405}, url


def test_a_viewer_sees_every_model(sqlite_site: Site) -> None:
    client = log_in(sqlite_site, "viewer")

    text = client.get("/-/admin/").text

    for slug in ("animal", "lion", "feeding", "everything", "account"):
        assert f'href="/-/admin/{slug}/"' in text


def test_every_row_of_the_zoo_has_a_page_without_secrets(site: Site) -> None:
    client = log_in(site, "viewer")
    with site.app.app_context():
        console = site.app.extensions["carboy.admin"]
        pages = [
            (slug, key)
            for slug, admin in console.admins.items()
            for key in _keys(admin.model)
        ]

    for slug in {slug for slug, _ in pages}:
        answer = client.get(f"/-/admin/{slug}/")
        assert answer.status_code == 200, slug
        assert zoo.SECRET not in answer.text
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "style=" not in answer.text
    for slug, key in pages:
        answer = client.get(f"/-/admin/{slug}/{key}")
        assert answer.status_code == 200, (slug, key)
        assert zoo.SECRET not in answer.text
        assert answer.text.count("<h1") == 1
        assert len(answer.text) < 100_000


def _keys(model: type[Any]) -> list[str]:
    from carboy.admin.schema import key_of  # noqa: PLC0415 - of this test alone

    rows = zoo.db.session.scalars(zoo.db.select(model).limit(3))
    return [key_of(row) for row in rows]


def test_a_policy_of_rows_hides_rows_everywhere(sqlite_site: Site) -> None:
    @policy("admin.view", zoo.Animal)
    def may_view_animal(_user: Any, animal: zoo.Animal) -> bool:
        return animal.name != "Leo"

    client = log_in(sqlite_site, "viewer")

    assert "Leo" not in client.get("/-/admin/animal/").text
    assert "Simba" in client.get("/-/admin/animal/").text
    assert client.get("/-/admin/animal/1").status_code == 404
    # Nor as the mother, the owner of a passport, or an inhabitant of a cage.
    for url in ("animal/2", "passport/1", "passport/", "cage/1", "feeding/"):
        answer = client.get(f"/-/admin/{url}")
        assert answer.status_code == 200, url
        assert "Leo" not in answer.text, url


def test_a_model_that_is_closed_is_no_column_filter_or_relation(
    sqlite_site: Site,
) -> None:
    @policy("admin.view", zoo.House)
    def may_view_house(_user: Any) -> bool:
        return False

    client = log_in(sqlite_site, "viewer")

    assert "Cats" not in client.get("/-/admin/cage/").text
    assert "Cats" not in client.get("/-/admin/cage/1").text
    assert client.get("/-/admin/house/").status_code == 404
    for text in ("house.name ~ Cats", "house = 1", "house is empty"):
        answer = client.get("/-/admin/cage/", query_string={"filter": text})
        assert answer.status_code == 400, text


def test_restricted_attributes_follow_a_policy_of_their_own(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.Animal, restricted={"weight": "weigh"})

    @policy("weigh", zoo.Animal)
    def may_weigh(user: Any) -> bool:
        return bool(user.has_role("boss"))

    for name, sees in (("viewer", False), ("boss", True)):
        client = log_in(sqlite_site, name)
        assert ("190.50" in client.get("/-/admin/animal/1").text) is sees
        found = client.get("/-/admin/animal/?filter=weight+%3E+1")
        assert (found.status_code == 200) is sees
        assert ("sort=weight" in client.get("/-/admin/animal/").text) is sees


def test_a_guard_lets_in_where_there_is_no_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_registry, "_policies", {})
    app = Carboy("zoo", instance_path=str(tmp_path))
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    app.config.update(SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=url)
    admin, answers = Admin(), [True, False]
    admin.guard(lambda: answers.pop(0))
    app.use(zoo.db, admin)
    client = app.test_client()

    assert client.get("/-/admin/").status_code == 200
    assert client.get("/-/admin/").status_code == 404


def test_a_guard_adds_to_policies(sqlite_site: Site, admin: Admin) -> None:
    admin.guard(lambda: False)
    assert log_in(sqlite_site, "boss").get("/-/admin/").status_code == 404

    admin.guard(lambda: True)
    assert log_in(sqlite_site, "boss").get("/-/admin/").status_code == 200
    assert log_in(sqlite_site, "").get("/-/admin/").status_code == 404


@pytest.mark.parametrize(
    ("debug", "host", "status"),
    [(True, "localhost", 200), (True, "evil.example", 404), (False, "localhost", 404)],
)
def test_without_a_policy_only_the_developer_gets_in(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    debug: bool,
    host: str,
    status: int,
) -> None:
    monkeypatch.setattr(policy_registry, "_policies", {})
    app = Carboy("zoo", instance_path=str(tmp_path))
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    app.config.update(SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=url, DEBUG=debug)
    app.use(zoo.db, Admin())

    answer = app.test_client().get("/-/admin/", base_url=f"http://{host}")

    assert answer.status_code == status
