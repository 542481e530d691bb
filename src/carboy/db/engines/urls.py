"""URLs of databases: from one text or from parts, and without passwords in print."""

from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from carboy.core import quote_credentials
from carboy.db.settings import DatabaseSettings
from carboy.errors import SettingsError
from carboy.install_source import make_install_command

_ALIASES = {"postgres": "postgresql", "sqlite3": "sqlite"}
_MYSQL = frozenset({"mysql", "mariadb"})
# The extra that installs a driver.
_EXTRAS = {"psycopg": "postgresql", "pymysql": "mysql"}
# Up to SQLAlchemy 2.0 it is the driver of a URL that names none.
_IS_PSYCOPG2 = sa.__version__.startswith("2.0.")
_IN_MEMORY = frozenset({"", ":memory:"})


def make_url(value: object) -> sa.URL:
    """Read a URL; a password that holds `@`, `:` or `/` need not be quoted."""
    if isinstance(value, sa.URL):
        return _with_driver(value)
    text = str(value)
    scheme, found, _ = text.partition("://")
    try:
        return _with_driver(sa.make_url(quote_credentials(text)))
    except (ArgumentError, ValueError):
        what = f"it begins with {scheme[:20]!r}" if found else "it has no '://'"
        msg = (
            f"DATABASE_URL cannot be read: {what}. "
            f"Write it like sqlite:///site.db or "
            f"postgresql://user:password@host:5432/name, "
            f"or set DATABASE_HOST, DATABASE_USER, DATABASE_PASSWORD and "
            f"DATABASE_NAME instead."
        )
        raise SettingsError(msg) from None


def database_url(settings: DatabaseSettings, folder: Path) -> sa.URL:
    """Return the URL of the main database; `folder` is where SQLite files are."""
    if settings.url:
        return make_url(settings.url)
    if settings.host or settings.name:
        return _with_driver(
            sa.URL.create(
                _ALIASES.get(settings.driver, settings.driver),
                username=settings.user or None,
                password=settings.password or None,
                host=settings.host or None,
                port=settings.port,
                database=settings.name or None,
            )
        )
    return sa.URL.create("sqlite", database=str(folder / "site.db"))


def resolve_sqlite_path(url: sa.URL, folder: Path) -> sa.URL:
    """Resolve the path of a SQLite file against `folder`, and make its folder."""
    if not is_sqlite(url) or is_in_memory(url):
        return url
    database = url.database or ""
    is_uri = database.startswith("file:")
    path = Path(database.removeprefix("file:"))
    if not path.is_absolute():
        path = folder / path
        url = url.set(database=f"file:{path}" if is_uri else str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    return url


def is_sqlite(url: sa.URL) -> bool:
    """Return whether it is SQLite through Python's own driver."""
    return url.get_backend_name() == "sqlite" and url.drivername in {
        "sqlite",
        "sqlite+pysqlite",
    }


def is_in_memory(url: sa.URL) -> bool:
    """Return whether a SQLite database ends with its connection."""
    database = url.database or ""
    return database in _IN_MEMORY or (
        database.startswith("file:") and url.query.get("mode") == "memory"
    )


def explain_missing_driver(url: sa.URL, error: ImportError) -> str:
    """Return a message that says how the driver of `url` is installed."""
    backend, driver = url.get_backend_name(), url.get_dialect().driver
    name = error.name or driver
    if driver in _EXTRAS:
        return (
            f"DATABASE_URL begins with {url.drivername}://, which requires the package "
            f"{driver}, and that is not installed or does not load ({error}). "
            f"Install it with: {make_install_command(_EXTRAS[driver])}."
        )
    ours = {"postgresql": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}
    advice = f", or write {backend}+{ours[backend]}://" if backend in ours else ""
    return (
        f"DATABASE_URL begins with {url.drivername}://, which requires the package "
        f"{name}, and that is not installed. Install it with: pip install {name}"
        f"{advice}."
    )


def _with_driver(url: sa.URL) -> sa.URL:
    name = _ALIASES.get(url.drivername, url.drivername)
    if name in _MYSQL and find_spec("MySQLdb") is None:
        name = f"{name}+pymysql"
    if name == "postgresql" and _IS_PSYCOPG2 and find_spec("psycopg2") is None:
        name = "postgresql+psycopg"
    url = url if name == url.drivername else url.set(drivername=name)
    try:
        url.get_dialect()
    except NoSuchModuleError:
        msg = (
            f"DATABASE_URL begins with {name!r}, which is no database that is known "
            f"here. Use sqlite, postgresql, mysql or mariadb, or install the package "
            f"that adds it to SQLAlchemy."
        )
        raise SettingsError(msg) from None
    return url
