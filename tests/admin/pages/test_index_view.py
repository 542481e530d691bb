"""The first page has the models, numbers and charts that a user may see."""

from typing import Any

import pytest

from carboy.admin import Admin
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import Site, log_in


@pytest.fixture
def cards(admin: Admin) -> None:
    @admin.number(zoo.Log, "Lines & more")
    def lines() -> int:
        query = zoo.sa.select(zoo.sa.func.count()).select_from(zoo.Log)
        return zoo.db.session.scalar(query) or 0

    @admin.chart(zoo.Animal, "Animals by diet")
    def diets() -> Any:
        return [("<b>meat</b>", 3), ("plants", 4)]

    @admin.number(zoo.House, "Broken")
    def broken() -> Any:
        return zoo.db.session.scalar(zoo.sa.text("select nothing from nowhere"))

    @admin.number(zoo.Visit, "After the broken one")
    def visits() -> Any:
        return zoo.db.session.scalar(zoo.sa.text("select 4711"))


def test_models_stand_in_groups(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.House, group="Buildings", plural="All houses")

    text = log_in(sqlite_site, "viewer").get("/-/admin/").text

    assert "<h2>Buildings</h2>" in text
    assert ">All houses</a>" in text


@pytest.mark.usefixtures("cards")
def test_numbers_and_charts_are_drawn_and_one_may_fail(site: Site) -> None:
    text = log_in(site, "viewer").get("/-/admin/").text

    assert "<b>130</b><span>Lines &amp; more</span>" in text
    assert "&lt;b&gt;meat&lt;/b&gt;: 3" in text
    assert "It could not be computed." in text
    assert "nowhere" not in text
    assert "<b>4,711</b>" in text


@pytest.mark.usefixtures("cards")
def test_a_number_about_rows_that_are_hidden_is_hidden(sqlite_site: Site) -> None:
    @policy("admin.view", zoo.Log)
    def may_view(_user: Any, log: zoo.Log) -> bool:
        return log.id == 1

    @policy("admin.diets", zoo.Animal)
    def may_see_diets(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    @policy("admin.view", zoo.Visit)
    def may_view_visits(_user: Any) -> bool:
        return False

    viewer = log_in(sqlite_site, "viewer").get("/-/admin/").text
    boss = log_in(sqlite_site, "boss").get("/-/admin/").text

    assert "Lines &amp; more" not in viewer + boss
    assert "4,711" not in viewer + boss
    assert "Animals by diet" not in viewer
    assert "Animals by diet" in boss
    sqlite_site.app.extensions["carboy.admin"].is_read_only = True
    assert "Animals by diet" in log_in(sqlite_site, "boss").get("/-/admin/").text
