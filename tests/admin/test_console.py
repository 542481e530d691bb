"""A console has the models of its site, found by class and by address."""

from carboy.admin import Admin
from tests.admin import zoo
from tests.admin.conftest import Site


def test_models_are_found_by_class_and_parent(sqlite_site: Site, admin: Admin) -> None:
    admin.hide(zoo.Lion)
    console = sqlite_site.app.extensions["carboy.admin"]

    assert console.find(zoo.House) is console.admins["house"]
    assert console.find(zoo.Lion) is console.admins["animal"]
    assert console.find(dict) is None
    assert console.has_policies


def test_groups_come_from_registrations_or_modules(
    sqlite_site: Site, admin: Admin
) -> None:
    admin.register(zoo.House, group="Buildings")
    admins = sqlite_site.app.extensions["carboy.admin"].admins

    assert admins["house"].group == "Buildings"
    assert admins["cage"].group == "Zoo"
