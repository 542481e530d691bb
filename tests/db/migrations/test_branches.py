"""Modules bring migrations of their own: a branch and a folder for each of them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from carboy.core import Extension, Wiring, registry_of
from carboy.core.check import run_checks
from carboy.db import Model, SQLAlchemy
from carboy.db.migrations import actions as migrations
from carboy.db.migrations.errors import MigrationError


def make_module(name: str, folder: Path, *, second: bool = False) -> Extension:
    """Make a module with one model, as a wheel would bring it."""

    class Base(Model):
        __table_prefix__ = f"{name}_"

    columns: dict[str, Any] = {
        "__annotations__": {"id": Mapped[int], "title": Mapped[str]},
        "id": mapped_column(primary_key=True),
        "title": mapped_column(sa.String(80)),
    }
    if second:
        columns["__annotations__"]["price"] = Mapped[int | None]
    product = type("Product", (Base,), columns)

    class Module(Extension):
        needs = ("db",)

        def install(self, wiring: Wiring) -> None:
            wiring.models(Base)
            wiring.migrations(folder)

    Module.name = name
    module = Module()
    module.product = product  # type: ignore[attr-defined]  # for the tests
    folder.mkdir(exist_ok=True, parents=True)
    return module


def make_site(
    make_app: Any, tmp_path: Path, url: str, *names: str, second: bool = False
) -> Any:
    db = SQLAlchemy()

    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        if second:
            name = db.Column(db.String(20))

    app = make_app(db, SQLALCHEMY_DATABASE_URI=url)
    modules = {
        name: make_module(name, tmp_path / "packages" / name, second=second)
        for name in names
    }
    for module in modules.values():
        module.init_app(app)
    return SimpleNamespace(app=app, db=db, modules=modules, Author=Author)


def tables_of(db: Any) -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def write_first(site: Any, *names: str) -> None:
    migrations.init()
    for name in names:
        assert len(migrations.migrate(message="first", module=name)) == 1
        migrations.upgrade()
    assert len(migrations.migrate(message="first")) == 1
    migrations.upgrade()


def found(app: Flask) -> list[str]:
    return [check.id for check in run_checks(app, registry_of(app).checkers)]


def test_each_writes_into_its_own_folder_and_all_go_up(
    make_app, tmp_path, any_url
) -> None:
    site = make_site(make_app, tmp_path, any_url, "shop", "blog")
    with site.app.app_context():
        write_first(site, "shop", "blog")

        assert tables_of(site.db) == {"author", "shop_product", "blog_product"}
        migrations.check()
        product = site.modules["shop"].product
        product.create(title="Lamp")
        site.db.session.commit()
        assert [row.title for row in product.query.all()] == ["Lamp"]
    site_files = [*(tmp_path / "migrations" / "versions").glob("*.py")]
    (shop_file,) = (tmp_path / "packages" / "shop").glob("*.py")
    assert len(site_files) == 1
    assert "author" in site_files[0].read_text()
    assert "product" not in site_files[0].read_text()
    assert "shop_product" in shop_file.read_text()
    assert "blog" not in shop_file.read_text()

    site = make_site(make_app, tmp_path, any_url, "shop", "blog", second=True)
    with site.app.app_context():
        assert len(migrations.migrate(module="shop")) == 1
        migrations.upgrade()
        assert len(migrations.migrate(module="blog")) == 1
        migrations.upgrade()
        assert len(migrations.migrate()) == 1
        migrations.upgrade()
        migrations.check()
        assert migrations.migrate() == []
        assert migrations.migrate(module="shop") == []
        assert found(site.app) == []


def test_sql_is_printed_for_the_branches_of_modules(make_app, tmp_path, capsys) -> None:
    site = make_site(make_app, tmp_path, f"sqlite:///{tmp_path}/a.db", "shop", "blog")
    with site.app.app_context():
        write_first(site, "shop", "blog")
        capsys.readouterr()

        migrations.upgrade(sql=True)
        printed = capsys.readouterr().out
        migrations.upgrade(revision="shop@head", sql=True)
        of_shop = capsys.readouterr().out

    for table in ("author", "shop_product", "blog_product"):
        assert printed.count(f"CREATE TABLE {table} ") == 1
    assert "CREATE TABLE shop_product " in of_shop
    assert "author" not in of_shop
    assert "blog_product" not in of_shop


def test_one_branch_goes_down_and_the_others_stay(make_app, tmp_path, any_url) -> None:
    site = make_site(make_app, tmp_path, any_url, "shop", "blog")
    with site.app.app_context():
        write_first(site, "shop", "blog")

        migrations.downgrade()
        assert tables_of(site.db) == {"shop_product", "blog_product"}
        assert found(site.app) == ["db.W001"]
        migrations.downgrade(revision="shop@base")
        assert tables_of(site.db) == {"blog_product"}
        migrations.upgrade(revision="shop@head")
        assert tables_of(site.db) == {"blog_product", "shop_product"}
        migrations.upgrade()
        migrations.downgrade(revision="base")
        assert tables_of(site.db) == {"shop_product", "blog_product"}


def test_a_branch_waits_for_what_it_depends_on(make_app, tmp_path, any_url) -> None:
    site = make_site(make_app, tmp_path, any_url, "shop", "blog")
    with site.app.app_context():
        migrations.init()
        (path,) = migrations.revision(module="shop")
        shop = path.name.split("_")[0].removesuffix(".py")
        migrations.revision(module="blog", depends_on=[shop])

        migrations.upgrade(revision="blog@head")

        assert found(site.app) == []


def test_a_removed_module_leaves_its_tables_and_the_check_names_the_way_out(
    make_app, tmp_path, any_url
) -> None:
    site = make_site(make_app, tmp_path, any_url, "shop")
    with site.app.app_context():
        write_first(site, "shop")
    (path,) = (tmp_path / "packages" / "shop").glob("*.py")
    revision = path.name.split("_")[0]

    site = make_site(make_app, tmp_path, any_url)
    with site.app.app_context():
        with pytest.raises(MigrationError, match=f"db forget {revision}"):
            migrations.check()
        with pytest.raises(MigrationError, match="does not stand at 'abc'"):
            migrations.forget("abc")
        migrations.forget(revision)
        assert tables_of(site.db) == {"author", "shop_product"}
        with pytest.raises(MigrationError, match="shop_product"):
            migrations.check()
        (path,) = migrations.migrate()
        assert "Careful" in path.read_text()
        migrations.upgrade()
        assert tables_of(site.db) == {"author"}


def test_a_revision_with_a_file_is_not_forgotten(make_app, tmp_path) -> None:
    site = make_site(make_app, tmp_path, f"sqlite:///{tmp_path}/a.db", "shop")
    with site.app.app_context():
        write_first(site, "shop")
        (path,) = (tmp_path / "packages" / "shop").glob("*.py")

        with pytest.raises(MigrationError, match="has a file"):
            migrations.forget(path.name.split("_")[0])


def test_the_table_of_a_removed_model_is_dropped_by_its_module_only(
    make_app, tmp_path
) -> None:
    site = make_site(make_app, tmp_path, f"sqlite:///{tmp_path}/a.db", "shop")
    with site.app.app_context():
        write_first(site, "shop")
        with site.db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE shop_old (id INTEGER)")

        assert migrations.migrate() == []
        (path,) = migrations.migrate(module="shop")

        assert "drop_table('shop_old')" in path.read_text()


def test_mistakes_are_explained(make_app, tmp_path) -> None:
    site = make_site(make_app, tmp_path, f"sqlite:///{tmp_path}/a.db", "shop")
    with site.app.app_context():
        migrations.init()
        with pytest.raises(MigrationError, match=r"no module 'shp' .* there are: shop"):
            migrations.migrate(module="shp")
        migrations.migrate(module="shop")
        with pytest.raises(MigrationError, match="such as shop@-1"):
            migrations.downgrade()
        (tmp_path / "packages" / "shop").rename(tmp_path / "elsewhere")
        with pytest.raises(MigrationError, match="build it with its migrations"):
            migrations.upgrade()


def test_two_ends_of_a_module_are_named(make_app, tmp_path) -> None:
    site = make_site(make_app, tmp_path, f"sqlite:///{tmp_path}/a.db", "shop")
    with site.app.app_context():
        migrations.init()
        migrations.revision(module="shop", rev_id="aa")
        migrations.revision(module="shop", rev_id="bb")
        migrations.revision(module="shop", rev_id="cc", head="aa", splice=True)
        with pytest.raises(MigrationError, match="db merge bb cc"):
            migrations.revision(module="shop")
