"""The overview has the models that the user sees, by their groups."""

from carboy.admin import Admin
from tests.admin import zoo
from tests.admin.conftest import Site, log_in


def test_models_stand_in_groups(sqlite_site: Site, admin: Admin) -> None:
    admin.register(zoo.House, group="Buildings", plural="All houses")

    text = log_in(sqlite_site, "viewer").get("/-/admin/").text

    assert "<h2>Buildings</h2>" in text
    assert ">All houses</a>" in text
