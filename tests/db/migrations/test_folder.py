"""Migrations lie beside the package of a site, or where a setting says."""

from pathlib import Path

from flask import Flask

from carboy.db.migrations.folder import find_folder, project_of


def test_the_folder_lies_beside_the_package(tmp_path) -> None:
    package = tmp_path / "shop" / "web"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("")
    inner = Flask("shop.web", root_path=str(package), instance_path=str(tmp_path))
    module = Flask("app", root_path=str(tmp_path), instance_path=str(tmp_path))

    assert project_of(inner) == project_of(module) == tmp_path
    assert find_folder(inner, "migrations") == tmp_path / "migrations"
    assert find_folder(inner, "/elsewhere") == Path("/elsewhere")
