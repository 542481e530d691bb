"""What a project has is read from its files, without running them."""

import pytest

from carboy.cli.generate.site import FoundModel, open_site
from carboy.cli.locate_app import AppInfo
from carboy.errors import ConfigError


def test_models_extensions_and_the_layout_are_found(site):
    assert site.find_model("Note") == FoundModel("shop.models", "Note")
    assert site.find_model("Nothing") is None
    assert site.has_extension("db")
    assert not site.has_extension("mail")

    (site.root / "templates" / "layout.html").write_text("<main></main>")
    assert site.find_layout() == "carboy/page.html"
    (site.root / "templates" / "layout.html").write_text(
        '{% extends "carboy/page.html" %}'
    )
    assert site.find_layout() == "layout.html"


def test_a_project_is_opened_and_its_batteries_are_known(project):
    site = open_site(AppInfo(folder=project))

    assert site.package == "shop"
    assert {"db", "tasks"} <= site.installed


def test_a_single_file_is_refused(plain, folder):
    with pytest.raises(ConfigError, match="no project with a package"):
        open_site(AppInfo(folder=folder))
