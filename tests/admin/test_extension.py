"""Several consoles live side by side, and a misspelt option is told at once."""

from pathlib import Path

import pytest

from carboy import Carboy
from carboy.admin import Admin, AdminSetupError
from carboy.admin.history import list_changes
from carboy.testing import open_client
from tests.admin import zoo


def test_two_consoles_on_one_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carboy.auth.policy_registry._policies", {})
    app = Carboy("zoo", instance_path=str(tmp_path))
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    app.config.update(SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=url)
    first, second = Admin(), Admin(name="houses", url="/houses", all_models=False)
    second.register(zoo.House)
    for each in (first, second):
        each.guard(lambda: True)
    app.use(zoo.db, first, second)
    client = app.test_client()

    assert "/-/admin/cage/" in client.get("/-/admin/").text
    text = client.get("/houses/").text
    assert "/houses/house/" in text
    assert "/houses/cage/" not in text
    assert client.get("/houses/cage/").status_code == 404


@pytest.mark.parametrize("history", ["console", "site"])
def test_a_change_is_recorded_once_by_several_consoles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: str
) -> None:
    monkeypatch.setattr("carboy.auth.policy_registry._policies", {})
    app = Carboy("zoo", instance_path=str(tmp_path))
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    app.config.update(
        SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=url, ADMIN_HISTORY=history
    )
    first, second = Admin(), Admin(name="houses", url="/houses")
    read_only = Admin(name="looking", read_only=True)
    for each in (first, second, read_only):
        each.guard(lambda: True)
    app.use(zoo.db, first, second, read_only)
    with app.app_context():
        zoo.db.create_all()
    with open_client(app) as client:
        pass

    for name, base in (("A", "/-/admin"), ("B", "/houses")):
        answer = client.post(f"{base}/house/-/new", data={"name": name})
        assert answer.status_code == 303
    assert client.post("/-/looking/house/-/new", data={"name": "C"}).status_code == 403
    with app.app_context():
        zoo.db.session.add(zoo.House(name="D"))
        zoo.db.session.commit()
        changes = list_changes(zoo.db.session(), "house")

    made = {each.name: each.source for each in changes}
    assert len(changes) == len(made)
    expected = {"A": "admin", "B": "houses"} | ({"D": ""} if history == "site" else {})
    assert made == expected


def test_a_misspelt_option_is_told_where_it_stands() -> None:
    with pytest.raises(AdminSetupError, match="no such option"):
        Admin().register(zoo.House, colour="red")  # type: ignore[call-arg]  # the mistake
