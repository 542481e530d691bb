"""The same site twice: with Flask extensions, and on Carboy."""

import tempfile
from pathlib import Path
from typing import Any

ROWS = 200
TEMPLATE = "<h1>{{ user }}</h1>{% for row in rows %}<p>{{ row.name }}</p>{% endfor %}"


def make_assembled() -> Any:  # noqa: PLR0915 - each extension is a line
    """Create a site with thirteen usual extensions, each as documented."""
    from cachelib import FileSystemCache
    from flask import Flask
    from flask_admin import Admin
    from flask_babel import Babel
    from flask_caching import Cache
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address
    from flask_login import LoginManager, UserMixin, current_user, login_user
    from flask_mail import Mail
    from flask_migrate import Migrate
    from flask_principal import Principal
    from flask_restful import Api
    from flask_session import Session
    from flask_sqlalchemy import SQLAlchemy
    from flask_talisman import Talisman
    from flask_wtf import CSRFProtect

    folder = Path(tempfile.mkdtemp())
    app = Flask("assembled", instance_path=str(folder))
    app.config.update(
        SECRET_KEY="k" * 40,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'site.db'}",
        SESSION_TYPE="cachelib",
        SESSION_CACHELIB=FileSystemCache(str(folder / "sessions")),
        CACHE_TYPE="SimpleCache",
        RATELIMIT_STORAGE_URI="memory://",
    )
    db = SQLAlchemy(app)

    class User(UserMixin, db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))

    Migrate(app, db)
    Session(app)
    Cache(app)
    login = LoginManager(app)
    Principal(app)
    CSRFProtect(app)
    Mail(app)
    Babel(app)
    Admin(app)
    Api(app)
    Talisman(app, force_https=False)
    Limiter(get_remote_address, app=app, default_limits=["1000000 per minute"])
    login.user_loader(lambda user_id: db.session.get(User, int(user_id)))

    def log_in() -> str:
        login_user(db.session.get(User, 1))
        return "in"

    def find_rows() -> tuple[str, Any]:
        return current_user.name, db.session.execute(_twenty(db, User)).scalars().all()

    return _finish(app, db, User, log_in, find_rows)


def make_carboy() -> Any:
    """Create the site with every battery on."""
    from flask import session

    from carboy import Carboy, Settings
    from carboy.cache import Cache
    from carboy.db import SQLAlchemy
    from carboy.tasks import Tasks

    folder = Path(tempfile.mkdtemp())
    settings = Settings.load(
        root=folder,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{folder / 'site.db'}",
            "SESSION_TYPE": "filesystem",
            "LOG_REQUESTS": "false",
        },
    )
    app = Carboy("site", instance_path=str(folder), settings=settings)
    db = SQLAlchemy()
    app.use(db, Cache(), Tasks())

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))

    def log_in() -> str:
        session["_user_id"] = "1"
        return "in"

    def find_rows() -> tuple[str, Any]:
        user = db.session.get(User, int(session["_user_id"]))
        return user.name, db.session.execute(_twenty(db, User)).scalars().all()

    return _finish(app, db, User, log_in, find_rows)


def _twenty(db: Any, user: Any) -> Any:
    return db.select(user).order_by(user.id).limit(20)


def _finish(app: Any, db: Any, user: Any, log_in: Any, find_rows: Any) -> Any:
    from flask import render_template
    from jinja2 import DictLoader

    app.jinja_loader = DictLoader({"page.html": TEMPLATE})

    def page() -> str:
        name, rows = find_rows()
        return render_template("page.html", user=name, rows=rows)

    app.add_url_rule("/", "home", lambda: "hello")
    app.add_url_rule("/in", "log_in", log_in)
    app.add_url_rule("/page", "page", page)
    with app.app_context():
        db.create_all()
        db.session.add_all(user(name=f"name {number}") for number in range(ROWS))
        db.session.commit()
    return app


SIDES = {"assembled": make_assembled, "carboy": make_carboy}
