"""If this passes, a migration imports the types that its columns have."""

import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy, Timestamps, UtcDateTime
from carboy.db.migrations import actions as migrations


@pytest.fixture
def site_types(tmp_path, monkeypatch):
    """A module of the site with column types of its own."""
    (tmp_path / "shop_types.py").write_text(
        textwrap.dedent(
            """
            import sqlalchemy as sa


            class Slug(sa.String):
                "Without a converter: only a name."


            class Upper(sa.TypeDecorator):
                impl = sa.String
                cache_ok = True

                def process_bind_param(self, value, dialect):
                    return value and value.upper()


            class Money(sa.TypeDecorator):
                "Its repr has the arguments of `impl`, which its constructor refuses."
                impl = sa.Numeric
                cache_ok = True

                def __init__(self, currency):
                    super().__init__(12, 2)
                    self.currency = currency


            class Outer:
                class Inner(Upper):
                    cache_ok = True


            class Point(sa.types.UserDefinedType):
                cache_ok = True

                def get_col_spec(self, **options):
                    return "TEXT"
            """
        )
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("shop_types")
    sys.modules.pop("shop_types")


def write_migration(make_app: Any, url: str, db: SQLAlchemy) -> str:
    """Write the first migration, run it both ways, and return its text."""
    app = make_app(db, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        migrations.init()
        (path,) = migrations.migrate(message="first")
        import_alone(path)
        migrations.upgrade()
        migrations.check()
        migrations.downgrade(revision="base")
    return path.read_text()


def import_alone(path: Path) -> None:
    """Run the statements of the file as Python does, with nothing imported before."""
    spec = importlib.util.spec_from_file_location("migration_alone", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_a_model_with_timestamps_is_migrated(make_app, any_url):
    db = SQLAlchemy()

    class Note(Timestamps, db.Model):
        id = db.Column(db.Integer, primary_key=True)

    text = write_migration(make_app, any_url, db)

    assert "import carboy.db\n" in text
    assert "carboy.db.UtcDateTime(timezone=True)" in text


def test_the_types_of_a_site_are_imported(make_app, any_url, site_types):
    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        slug = db.Column(site_types.Slug(80), nullable=False)
        name = db.Column(site_types.Upper(40))
        inner = db.Column(site_types.Outer.Inner(40))
        point = db.Column(site_types.Point())

    text = write_migration(make_app, any_url, db)

    assert text.count("import shop_types\n") == 1
    assert "shop_types.Slug(length=80)" in text
    assert "shop_types.Upper(length=40)" in text
    assert "shop_types.Outer.Inner(length=40)" in text
    assert "shop_types.Point()" in text


def test_a_type_that_its_repr_does_not_make_is_written_as_it_is_stored(
    make_app, any_url, site_types
):
    class Local(sa.TypeDecorator):
        impl = sa.String(30)
        cache_ok = True

    db = SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        price = db.Column(site_types.Money("EUR"))
        local = db.Column(Local())

    text = write_migration(make_app, any_url, db)

    assert "'price', sa.Numeric(precision=12, scale=2)" in text
    assert "'local', sa.String(length=30)" in text
    assert "shop_types" not in text


def test_variants_and_changed_types_have_their_import(make_app, any_url, site_types):
    db, other = SQLAlchemy(), SQLAlchemy()

    class Item(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(
            site_types.Slug(80).with_variant(site_types.Upper(60), "postgresql")
        )
        moment = db.Column(db.String(30))

    write_migration(make_app, any_url, db)
    app = make_app(db, SQLALCHEMY_DATABASE_URI=any_url)
    with app.app_context():
        migrations.upgrade()

    class ItemAfter(other.Model):
        __tablename__ = "item"
        id = other.Column(other.Integer, primary_key=True)
        name = other.Column(
            site_types.Slug(80).with_variant(site_types.Upper(60), "postgresql")
        )
        moment = other.Column(UtcDateTime)
        added = other.Column(sa.JSON().with_variant(site_types.Point(), "mysql"))

    app = make_app(other, SQLALCHEMY_DATABASE_URI=any_url)
    with app.app_context():
        (path,) = migrations.migrate(message="second")
        import_alone(path)
    text = path.read_text()

    assert "import carboy.db\n" in text
    assert "import shop_types\n" in text
