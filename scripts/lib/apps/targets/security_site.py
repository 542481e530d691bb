"""A site with accounts, as the introduction of Flask-Security builds it."""

import os

from flask import Flask, render_template_string
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    auth_required,
    hash_password,
    roles_required,
)
from flask_security.models import fsqla_v3
from flask_sqlalchemy import SQLAlchemy

app = Flask("security_site")
app.config.update(
    SECRET_KEY="a key of this proof",
    SECURITY_PASSWORD_SALT="146585145368132386173505678016728509634",
    SQLALCHEMY_DATABASE_URI="sqlite:///" + os.path.join(os.environ["STATE"], "site.db"),
    SECURITY_REGISTERABLE=True,
    SECURITY_CHANGEABLE=True,
    SECURITY_RECOVERABLE=True,
    SECURITY_TRACKABLE=True,
    SECURITY_SEND_REGISTER_EMAIL=False,
    MAIL_SUPPRESS_SEND=True,
)
db = SQLAlchemy(app)
fsqla_v3.FsModels.set_db_info(db)


class Role(db.Model, fsqla_v3.FsRoleMixin):
    """A group of users with the same rights."""


class User(db.Model, fsqla_v3.FsUserMixin):
    """A person with a password."""


class WebAuthn(db.Model, fsqla_v3.FsWebAuthnMixin):
    """A passkey of a user."""


app.security = Security(app, SQLAlchemyUserDatastore(db, User, Role, WebAuthn))


@app.get("/")
@auth_required()
def home() -> str:
    """Greet who has logged in."""
    return render_template_string("Hello {{ current_user.email }}")


@app.get("/admin")
@roles_required("admin")
def admin() -> dict[str, bool]:
    """Show what only an administrator sees."""
    return {"admin": True}


with app.app_context():
    db.create_all()
    if not app.security.datastore.find_user(email="ann@app.example"):
        app.security.datastore.create_user(
            email="ann@app.example", password=hash_password("a long password")
        )
        db.session.commit()
