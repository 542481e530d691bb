"""Several consoles live side by side, and a misspelt option is told at once."""

from pathlib import Path

import pytest

from carboy import Carboy
from carboy.admin import Admin, AdminSetupError
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


def test_a_misspelt_option_is_told_where_it_stands() -> None:
    with pytest.raises(AdminSetupError, match="no such option"):
        Admin().register(zoo.House, colour="red")  # type: ignore[call-arg]  # the mistake
