"""The site whose workers are killed: each order is a row and a mail in one commit."""

import os
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import DatabaseUnavailableError, SQLAlchemy
from carboy.mail import Mail, Message
from carboy.tasks import Tasks

# With `-m` the module would be imported twice, because the package imports it too.
PROGRAM = "from lib.mail_proof.site import main; main()"
ROLLED_BACK = 10_000_000
ROLLBACK_PERIOD = 7

db = SQLAlchemy()
tasks = Tasks()
mail = Mail()


class Order(db.Model):
    """What a mail is about."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def place_orders(numbers: range) -> None:
    """Place orders, some of which are rolled back."""
    for number in numbers:
        if number % ROLLBACK_PERIOD == 0:
            place_order(ROLLED_BACK + number, is_rolled_back=True)
        place_order(number, is_rolled_back=False)


def place_order(number: int, *, is_rolled_back: bool) -> None:
    """Order until the database is free: many processes write to one file."""
    while True:
        try:
            return _place_order(number, is_rolled_back=is_rolled_back)
        except DatabaseUnavailableError:
            db.session.rollback()


def _place_order(number: int, *, is_rolled_back: bool) -> None:
    """Order and send a mail about it, in one transaction."""
    db.session.add(Order(number=number))
    db.session.flush()
    mail.send(
        Message(f"Order {number}", [f"c{number}@example.com"], f"It is {number}.")
    )
    if is_rolled_back:
        db.session.rollback()
    else:
        db.session.commit()


def create_app() -> Flask:
    """Create the app in the folder of the trial."""
    folder = os.environ["MAIL_PROOF_FOLDER"]
    app = Flask("mail_proof", instance_path=folder)
    app.config.update(
        DATABASE_URL=os.environ["MAIL_PROOF_DATABASE"],
        SECRET_KEY="s" * 32,
        TASKS_RESTART_AFTER=0,
        MAIL_DEFAULT_SENDER="shop@example.com",
        MAIL_URL=f"smtp://127.0.0.1:{os.environ['MAIL_PROOF_PORT']}?timeout=2",
        # Longer than one mail takes on a busy machine, short enough for a proof.
        MAIL_CLAIM_TIMEOUT=15,
        MAIL_RETRIES=30,
    )
    db.init_app(app)
    tasks.init_app(app)
    mail.init_app(app)
    return app


def main() -> None:
    """Run a command of the site, or place the orders from a number to another."""
    app = create_app()
    with app.app_context():
        if sys.argv[1] == "create":
            db.create_all()
        elif sys.argv[1] == "order":
            place_orders(range(int(sys.argv[2]), int(sys.argv[3])))
        else:
            group = AppGroup(commands=app.cli.commands)
            group(args=sys.argv[1:], prog_name="mail-proof")


def list_orders(engine: sa.Engine) -> list[int]:
    """Return the numbers that were committed."""
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(Order.number)))


def folder_of(path: Path) -> str:
    """Return the URL of the database file in a folder."""
    return f"sqlite:///{path / 'app.sqlite'}"
