"""Migrations go up and down on every database, and the commands say what they do."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from carboy.core import Carboy, registry_of
from carboy.db import SQLAlchemy
from carboy.db.migrations import actions as migrations
from carboy.db.migrations.errors import MigrationError


def make_site(make_app: Any, url: str, *, second: bool = False) -> tuple[Flask, Any]:
    db = SQLAlchemy()

    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(50), nullable=False, unique=True)
        if second:
            born = db.Column(db.Date)
            bio = db.Column(db.LONGTEXT)
        else:
            nick = db.Column(db.String(20), index=True)

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        author_id = db.Column(db.ForeignKey("author.id"), nullable=False)
        title = db.Column(db.String(200 if second else 80))
        kind = db.Column(db.Enum("a", "b", name="kind"))

    if second:

        class Tag(db.Model):
            id = db.Column(db.Integer, primary_key=True)

    return make_app(db, SQLALCHEMY_DATABASE_URI=url), db


def columns_of(db: Any, table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(db.engine).get_columns(table)}


def test_a_site_goes_up_and_down_on_each_database(make_app, any_url) -> None:
    app, db = make_site(make_app, any_url)
    with app.app_context():
        migrations.init()
        assert len(migrations.migrate(message="first")) == 1
        migrations.upgrade()
        db.session.execute(sa.text("INSERT INTO author (id, name) VALUES (1, 'ann')"))
        insert = "INSERT INTO post (id, author_id, title, kind) VALUES (1, 1, 't', 'a')"
        db.session.execute(sa.text(insert))
        db.session.commit()

    app, db = make_site(make_app, any_url, second=True)
    with app.app_context():
        (path,) = migrations.migrate(message="second")
        migrations.upgrade()

        assert columns_of(db, "author") == {"id", "name", "born", "bio"}
        assert sa.inspect(db.engine).has_table("tag")
        assert db.session.scalar(sa.text("SELECT title FROM post")) == "t"
        assert migrations.migrate() == []
        migrations.check()
        db.session.rollback()

        migrations.downgrade()
        assert columns_of(db, "author") == {"id", "name", "nick"}
        assert db.session.scalar(sa.text("SELECT name FROM author")) == "ann"
        db.session.rollback()

        migrations.downgrade(revision="base")
        assert not sa.inspect(db.engine).has_table("author")
    text = path.read_text()
    assert "Careful: drops the column author.nick with all its values" in text
    assert "alter_column('nick'" in text


def test_nothing_is_written_when_nothing_changed(make_app, tmp_path) -> None:
    app, _ = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()
        migrations.upgrade()

        assert migrations.migrate() == []

    assert len(list((tmp_path / "migrations" / "versions").glob("*.py"))) == 1


def test_tables_from_before_the_naming_convention_are_as_the_models_say(
    make_app, any_url
) -> None:
    """Those of Flask-SQLAlchemy: what is unique has another name there, or none."""
    app, db = make_site(make_app, any_url)
    with app.app_context():
        plain = sa.MetaData()
        for table in db.metadata.sorted_tables:
            table.to_metadata(plain)
        plain.naming_convention = sa.MetaData().naming_convention
        unique = plain.tables["author"].constraints
        for constraint in unique:
            constraint.name = None
        plain.create_all(db.engine)
        migrations.init()

        migrations.check()
        assert migrations.migrate() == []

        db.metadata.tables["author"].append_constraint(
            sa.UniqueConstraint("name", name="by_hand")
        )
        with pytest.raises(MigrationError, match=r"unique constraint on author"):
            migrations.check()


def test_a_failed_migration_leaves_nothing_on_sqlite(make_app, tmp_path) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        (path,) = migrations.revision(message="bad")
        bad = """
        def upgrade():
            op.create_table("half", sa.Column("id", sa.Integer))
            op.execute("INSERT INTO nowhere VALUES (1)")
        """
        path.write_text(path.read_text() + textwrap.dedent(bad))

        with pytest.raises(MigrationError, match="nowhere"):
            migrations.upgrade()

        assert not sa.inspect(db.engine).has_table("half")


def test_a_copied_table_keeps_the_rows_that_point_to_it(make_app) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()
        migrations.upgrade()
        db.session.execute(sa.text("INSERT INTO author (id, name) VALUES (1, 'ann')"))
        db.session.execute(sa.text("INSERT INTO post (id, author_id) VALUES (1, 1)"))
        db.session.commit()
        (path,) = migrations.revision()
        step = """
        def upgrade():
            with op.batch_alter_table("author", recreate="always") as batch:
                batch.alter_column("name", type_=sa.String(90))
        """
        path.write_text(path.read_text() + textwrap.dedent(step))

        migrations.upgrade()

        assert db.session.scalar(sa.text("SELECT count(*) FROM post")) == 1
        assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_rows_that_point_to_nothing_stop_a_migration(make_app) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()
        migrations.upgrade()
        db.session.execute(sa.text("INSERT INTO author (id, name) VALUES (1, 'ann')"))
        db.session.execute(sa.text("INSERT INTO post (id, author_id) VALUES (1, 1)"))
        db.session.commit()
        (path,) = migrations.revision()
        step = """
        def upgrade():
            op.execute("DELETE FROM author")
        """
        path.write_text(path.read_text() + textwrap.dedent(step))

        with pytest.raises(MigrationError, match="1 rows point to rows"):
            migrations.upgrade()

        assert db.session.scalar(sa.text("SELECT count(*) FROM author")) == 1


def test_a_database_that_is_behind_is_told_to_upgrade(make_app) -> None:
    app, _ = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()

        with pytest.raises(MigrationError, match="carboy db upgrade"):
            migrations.migrate()


def test_a_lost_revision_is_named_with_the_way_out(make_app) -> None:
    app, _ = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        (path,) = migrations.migrate()
        migrations.upgrade()
        revision = path.stem.strip("_").partition("_")[0]
        path.unlink()
        migrations.revision(message="other")

        with pytest.raises(MigrationError, match=f"'{revision}'.*stamp --purge head"):
            migrations.upgrade()
        migrations.stamp(purge=True)
        migrations.upgrade()


def test_a_table_that_exists_already_is_named_with_the_way_out(
    make_app, any_url
) -> None:
    app, db = make_site(make_app, any_url)
    with app.app_context():
        migrations.init()
        migrations.migrate()
        db.create_all()

        with pytest.raises(MigrationError, match="table 'author' exists already"):
            migrations.upgrade()
        migrations.stamp()
        migrations.upgrade()


def test_without_a_folder_the_message_says_how_to_make_it(make_app) -> None:
    app, _ = make_site(make_app, "sqlite:///a.db")
    with app.app_context(), pytest.raises(MigrationError, match="carboy db init"):
        migrations.upgrade()


def test_two_ends_are_joined(make_app) -> None:
    app, _ = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.revision(message="one")
        migrations.revision(message="two", head="base", splice=True)

        with pytest.raises(MigrationError, match="carboy db merge heads"):
            migrations.upgrade()
        migrations.merge()
        migrations.upgrade()


def test_sql_is_printed_without_a_database(make_app, capsys) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()

        migrations.upgrade(sql=True)

        assert not sa.inspect(db.engine).has_table("author")
    assert "CREATE TABLE author" in capsys.readouterr().out


def test_tables_of_batteries_are_left_alone(make_app) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    with app.app_context():
        migrations.init()
        migrations.migrate()
        migrations.upgrade()
        registry_of(app).tables.add("sessions")
        for name in ("carboy_store", "sessions"):
            db.session.execute(sa.text(f"CREATE TABLE {name} (id INTEGER)"))
        db.session.commit()

        assert migrations.migrate() == []


def test_the_limit_of_statements_does_not_hold_for_migrations(
    make_app, fresh_postgresql
) -> None:
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL=fresh_postgresql, DATABASE_STATEMENT_TIMEOUT=0.2)
    with app.app_context():
        migrations.init()
        (path,) = migrations.revision()
        step = """
        def upgrade():
            op.execute("SELECT pg_sleep(0.5)")
        """
        path.write_text(path.read_text() + textwrap.dedent(step))

        migrations.upgrade()

        assert db.session.scalar(sa.text("SHOW statement_timeout")) == "200ms"


def test_an_environment_of_flask_migrate_still_runs(make_app, tmp_path) -> None:
    app, db = make_site(make_app, "sqlite:///a.db")
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\n")
    (folder / "env.py").write_text(
        textwrap.dedent(
            """
            from alembic import context
            from flask import current_app

            migrate = current_app.extensions["migrate"]
            db = migrate.db
            context.config.set_main_option("sqlalchemy.url", str(db.engine.url))
            with db.get_engine().connect() as connection:
                context.configure(
                    connection=connection,
                    target_metadata=db.metadatas[None],
                    **migrate.migrate.configure_args,
                )
                with context.begin_transaction():
                    context.run_migrations()
            """
        )
    )
    script = Path(migrations.__file__).parent / "scaffold" / "script.py.mako"
    (folder / "script.py.mako").write_text(script.read_text())

    with app.app_context():
        migrations.migrate()
        migrations.upgrade()

        assert sa.inspect(db.engine).has_table("author")


def test_it_works_on_a_carboy(tmp_path) -> None:
    db = SQLAlchemy()
    app = Carboy("site", root_path=str(tmp_path), instance_path=str(tmp_path))
    app.use(db)
    with app.app_context():
        assert migrations.init() == tmp_path / "migrations"
        db.engine.dispose()
