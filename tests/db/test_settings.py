"""Today's names and Flask-SQLAlchemy's mean the same."""

from carboy.db import DatabaseSettings, SQLAlchemy


def test_old_names_are_honoured() -> None:
    read = DatabaseSettings.read({
        "SQLALCHEMY_DATABASE_URI": "sqlite://",
        "SQLALCHEMY_BINDS": {"a": "sqlite://"},
        "SQLALCHEMY_ENGINE_OPTIONS": {"echo": True},
        "SQLALCHEMY_ECHO": "true",
        "SQLALCHEMY_RECORD_QUERIES": True,
        "SQLALCHEMY_TRACK_MODIFICATIONS": False,
        "SQLALCHEMY_POOL_SIZE": "10",
        "SQLALCHEMY_MAX_OVERFLOW": 5,
        "SQLALCHEMY_POOL_TIMEOUT": 1,
        "SQLALCHEMY_POOL_RECYCLE": 60,
    })

    assert read.url == "sqlite://"
    assert read.binds == {"a": "sqlite://"}
    assert read.engine_options == {"echo": True}
    assert (read.echo, read.record_queries, read.track_modifications) == (
        True,
        True,
        False,
    )
    assert (read.pool_size, read.max_overflow) == (10, 5)
    assert (read.pool_timeout, read.pool_recycle) == (1.0, 60)


def test_secrets_are_hidden() -> None:
    settings = DatabaseSettings(
        url="postgresql://u:hush@h/n",
        password="hush",  # noqa: S106 - the test looks for it
        binds={"a": "x://u:hush@h"},
    )

    assert "hush" not in repr(settings)


def test_an_app_is_told_what_is_in_use(make_app) -> None:
    app = make_app(SQLAlchemy(), DATABASE_URL="sqlite://", DATABASE_POOL_SIZE=3)

    assert app.config["SQLALCHEMY_DATABASE_URI"] == "sqlite://"
    assert app.config["SQLALCHEMY_POOL_SIZE"] == 3
