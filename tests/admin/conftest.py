"""The zoo with a console, and people with roles."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from carboy import Carboy, Settings
from carboy.admin import Admin
from carboy.auth import Auth, define_role, policy, policy_registry
from carboy.auth.access import add_role
from carboy.tasks import Tasks
from carboy.testing import Client, open_client
from tests.admin import zoo

MakeClient = Callable[[str], Client]
PEOPLE = ("nobody", "viewer", "editor", "boss")


class Site:
    """The app, its console, and the ids of its people."""

    def __init__(self, folder: Path, url: str, admin: Admin, **environ: str) -> None:
        environ = {
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": url,
            "LOG_LEVEL": "CRITICAL",
            "AUTH_PAGES": "false",
            **environ,
        }
        settings = Settings.load({}, root=folder, environ=environ)
        self.app = Carboy("zoo", settings=settings, instance_path=str(folder))
        self.admin = admin
        self.use(self.app)

    def use(self, app: Carboy) -> None:
        """Install the batteries."""
        app.use(zoo.db, Auth(model=zoo.Account), self.admin)

    def create(self) -> None:
        """Create the tables, the animals and the people."""
        with self.app.app_context():
            zoo.db.create_all()
            zoo.fill()
            for name in PEOPLE:
                person = zoo.Account(
                    email=f"{name}@zoo.example", password_hash=zoo.SECRET
                )
                zoo.db.session.add(person)
                zoo.db.session.flush()
                if name != "nobody":
                    add_role(zoo.db.session(), person.get_id(), name)
            zoo.db.session.commit()

    def find(self, name: str) -> Any:
        """Return a person, for `client.login`."""
        query = zoo.db.select(zoo.Account).filter_by(email=f"{name}@zoo.example")
        return zoo.db.session.scalar(query)


def define_roles() -> None:
    """Define what the people of the zoo may."""
    define_role("viewer", "zoo.view")
    define_role("editor", "zoo.view", "zoo.edit")
    define_role("boss", "zoo.*")


def add_policies() -> None:
    """Say who may do what: viewers look, editors write, the boss deletes as well."""
    define_roles()

    @policy("admin", zoo.Zoo)
    def may_do_everything(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))

    @policy("admin.view", zoo.Zoo)
    def may_view(user: Any) -> bool:
        return bool(user.has_permission("zoo.view"))

    @policy("admin.edit", zoo.Zoo)
    def may_edit(user: Any) -> bool:
        return bool(user.has_permission("zoo.edit"))

    @policy("admin.create", zoo.Zoo)
    def may_create(user: Any) -> bool:
        return bool(user.has_permission("zoo.edit"))


@pytest.fixture(autouse=True)
def own_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the policies of a test to itself."""
    monkeypatch.setattr(policy_registry, "_policies", {})
    add_policies()


@pytest.fixture
def admin() -> Admin:
    return Admin()


@pytest.fixture(scope="session")
def zoo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the zoo, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("zoo")
    file = folder / "zoo.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy_registry, "_policies", {})
        define_roles()
        site = Site(folder, f"sqlite:///{file}", Admin())
        site.create()
        with site.app.app_context():
            zoo.db.engine.dispose()
    with sqlite3.connect(file) as connection:
        # All in one file, which can be copied.
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    return file


@pytest.fixture
def sqlite_site(tmp_path: Path, admin: Admin, zoo_file: Path) -> Site:
    shutil.copy(zoo_file, tmp_path / "zoo.db")
    return Site(tmp_path, f"sqlite:///{tmp_path / 'zoo.db'}", admin)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tmp_path: Path, admin: Admin
) -> Iterator[Site]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_site")
        return
    site = Site(tmp_path, request.getfixturevalue("fresh_postgresql"), admin)
    site.create()
    yield site
    with site.app.app_context():
        zoo.db.engine.dispose()


class TaskSite(Site):
    """The zoo with tasks, which run when a test drains them."""

    def use(self, app: Carboy) -> None:
        """Install the batteries."""
        self.tasks = Tasks()
        app.use(zoo.db, self.tasks, Auth(model=zoo.Account), self.admin)


@pytest.fixture
def task_site(tmp_path: Path, admin: Admin, zoo_file: Path) -> TaskSite:
    shutil.copy(zoo_file, tmp_path / "zoo.db")
    url = f"sqlite:///{tmp_path / 'zoo.db'}"
    return TaskSite(tmp_path, url, admin, TASKS_RUN_NOW="false")


def log_in(site: Site, name: str) -> Client:
    """Return a client of a person; "" is a visitor."""
    with open_client(site.app) as client:
        if name:
            with site.app.app_context():
                client.login(site.find(name))
        return client
