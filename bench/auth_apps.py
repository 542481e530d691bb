"""The same page for somebody who is logged in: with Flask extensions, and on Carboy."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PASSWORD = "correct horse battery staple"  # noqa: S105 - of a benchmark
ROWS = 200
TEMPLATE = "<h1>{{ user }}</h1>{% for row in rows %}<p>{{ row.title }}</p>{% endfor %}"


def make_assembled(folder: Path, *, plain: bool = False) -> Any:
    """Create the site of the usual extensions, or one of Flask alone."""
    from cachelib import FileSystemCache
    from flask import Flask
    from flask_login import LoginManager, UserMixin, current_user, login_user
    from flask_session import Session
    from flask_sqlalchemy import SQLAlchemy

    app = Flask("assembled", instance_path=str(folder))
    app.config.update(SECRET_KEY="k" * 40)
    if plain:
        app.add_url_rule("/", "home", lambda: "hello")
        return app
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'theirs.db'}",
        SESSION_TYPE="cachelib",
        SESSION_CACHELIB=FileSystemCache(str(folder / "theirs")),
    )
    db = SQLAlchemy(app)

    class User(UserMixin, db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))

    Session(app)
    login = LoginManager(app)
    login.user_loader(lambda user_id: db.session.get(User, int(user_id)))

    def log_in() -> str:
        login_user(db.session.get(User, 1))
        return "in"

    _finish(app, db, Post, log_in, lambda: current_user.name)
    with app.app_context():
        db.session.add(User(name="Ada"))
        db.session.commit()
    return app


def make_carboy(folder: Path) -> Any:
    """Create the site on Carboy with the pages of accounts and every battery."""
    from carboy.cache import Cache
    from carboy.mail import Mail
    from carboy.tasks import Tasks

    return _make(
        folder,
        "full",
        Cache(),
        Tasks(),
        Mail(),
        MAIL_URL="memory://",
        MAIL_DEFAULT_SENDER="shop@example.com",
        AUTH_THROTTLE=False,
    )


def _make(folder: Path, name: str, *batteries: Any, **config: Any) -> Any:
    from carboy import Carboy, Settings
    from carboy.auth import Auth, UserModel, auth_state, current_user, login_user
    from carboy.auth.accounts import create_user
    from carboy.db import SQLAlchemy

    settings = Settings.load(
        root=folder,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{folder / name}.db",
            "SESSION_TYPE": "filesystem",
            "SESSION_FILE_DIR": str(folder / name),
            "LOG_REQUESTS": "false",
            **{key: str(value) for key, value in config.items()},
        },
    )
    app = Carboy(name, instance_path=str(folder), settings=settings)
    logging.getLogger().setLevel(logging.WARNING)
    db = SQLAlchemy()

    class User(UserModel, db.Model):
        pass

    class Post(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))

    app.use(db, Auth(model=User), *batteries)

    def log_in() -> str:
        login_user(db.session.get(User, 1))
        return "in"

    _finish(app, db, Post, log_in, lambda: current_user.name)
    with app.app_context():
        state = auth_state.of(app)
        create_user(
            state,
            "ada@example.com",
            PASSWORD,
            name="Ada",
            email_confirmed_at=datetime.now(UTC),
        )
        db.session.commit()
    return app


def _finish(app: Any, db: Any, post: Any, log_in: Any, find_name: Any) -> None:
    from flask import render_template
    from jinja2 import ChoiceLoader, DictLoader

    loaders = [DictLoader({"page.html": TEMPLATE})]
    loaders += [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader(loaders)

    def page() -> str:
        query = db.select(post).order_by(post.id).limit(20)
        rows = db.session.execute(query).scalars().all()
        return render_template("page.html", user=find_name(), rows=rows)

    app.add_url_rule("/", "home", lambda: "hello")
    app.add_url_rule("/in", "log_in", log_in)
    app.add_url_rule("/page", "page", page)
    with app.app_context():
        db.create_all()
        db.session.add_all(post(title=f"title {number}") for number in range(ROWS))
        db.session.commit()
