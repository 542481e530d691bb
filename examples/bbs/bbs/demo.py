"""Sample people and threads, the same ones each time; with `--scale` many of them."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import false, insert, literal, select, true, update

from carboy.auth import auth_state
from carboy.auth.access import add_role
from carboy.auth.accounts import set_password
from carboy.ui import render_markdown

from .ext import db
from .models import Board, Post, Report, Thread, User, post_search, thread_search
from .writing import add_post, add_thread

DATA = Path(__file__).with_name("demo.json")
LOGIN, PASSWORD = "ada@example.com", "glass and cork demo"
NEWEST = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
command = AppGroup("demo", help="Sample data of the board.")


@command.command("seed")
@click.option("--scale", default=0, help="Add this many posts to the samples.")
@with_appcontext
def seed(scale: int) -> None:
    """Add the sample data, unless it is there."""
    if not db.session.scalar(select(Board.id).limit(1)):
        add_samples(json.loads(DATA.read_text("utf-8")))
    if scale:
        add_many(scale)
    click.echo(f"Log in as {LOGIN} with the password: {PASSWORD}")


def add_samples(data: dict[str, Any]) -> None:
    """Add people, boards and threads, as if they had been written over some weeks."""
    people = {
        name: _add_person(name, **about) for name, about in data["people"].items()
    }
    boards = {row["slug"]: Board.create(**row) for row in data["boards"]}
    db.session.flush()
    chance = random.Random(7)  # noqa: S311 - the same each time, and no secret
    moment = NEWEST - timedelta(hours=5 * len(data["threads"]))
    for row in data["threads"]:
        moment += timedelta(hours=chance.randrange(1, 9))
        author, text = row["posts"][0]
        texts = row["title"], text, row.get("tags", "")
        thread = add_thread(boards[row["board"]], people[author], *texts)
        for name, reply in row["posts"][1:]:
            add_post(thread, people[name], reply)
        _set_times(thread, moment, chance)
    last = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    Report.create(
        post_id=last.id, user_id=people["ada"].id, reason="Is this an advert?"
    )
    db.session.commit()


def add_many(number: int, per_thread: int = 200) -> None:
    """Add posts by statements that make many rows each; the last thread is long."""
    board, user = db.session.scalars(select(Board)).first(), User.query.first()
    first = (db.session.scalar(select(db.func.max(Thread.id))) or 0) + 1
    texts = [
        f"Batch {n} bubbles, and the hydrometer says 1.0{n:02}." for n in range(24)
    ]
    count = max(number // 2 // per_thread, 1)
    long = number - count * per_thread
    rows = [
        {
            "id": first + n,
            "board_id": board.id,
            "author_id": user.id,
            "last_author_id": user.id,
            "title": f"Log of batch {n}",
            "post_count": per_thread if n < count else long,
            "active_at": NEWEST - timedelta(days=60, minutes=n),
        }
        for n in range(count + 1)
    ]
    db.session.execute(insert(Thread), rows)
    _add_posts(range(first, first + count), user, texts, per_thread)
    _add_posts(range(first + count, first + count + 1), user, texts, long)
    new = select(Thread.id).where(Thread.id >= first)
    thread_search.index_rows(db.session, new, "Log of batch")
    counts = {"thread_count": Board.thread_count + count + 1}
    counts["post_count"] = Board.post_count + number
    db.session.execute(update(Board).where(Board.id == board.id).values(counts))
    db.session.commit()


def _add_posts(threads: range, user: User, texts: list[str], number: int) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < number))
    last = db.session.scalar(select(db.func.max(Post.id))) or 0
    names = [
        "thread_id",
        "author_id",
        "number",
        "text",
        "html",
        "created_at",
        "is_hidden",
    ]
    for each, text in enumerate(texts):
        values = [literal(user.id), numbers.c.n, literal(text)]
        values += [
            literal(str(render_markdown(text))),
            Thread.active_at,
            false(),
        ]
        rows = select(Thread.id, *values).join(numbers, true())
        chosen = Thread.id.between(threads[0], threads[-1])
        part = rows.where(chosen, numbers.c.n % len(texts) == each)
        db.session.execute(insert(Post.__table__).from_select(names, part))
        keys = select(Post.id).where(Post.id > last)
        post_search.index_rows(db.session, keys, text)
        last = db.session.scalar(select(db.func.max(Post.id))) or 0


def _add_person(username: str, name: str, about: str, **more: Any) -> User:
    user = User(email=f"{username}@example.com", username=username, name=name)
    user.about, user.email_confirmed_at = about, NEWEST - timedelta(days=90)
    user.registered_at = user.email_confirmed_at
    user.language, user.wants_digest = more.get("language", "en"), False
    db.session.add(user)
    if user.email == LOGIN:
        set_password(auth_state.current(), user, PASSWORD)
        db.session.flush()
        add_role(db.session(), user.get_id(), "moderator")
    return user


def _set_times(thread: Thread, moment: datetime, chance: random.Random) -> None:
    thread.created_at = moment
    for post in Post.query.filter_by(thread_id=thread.id).order_by(Post.number):
        post.created_at = thread.active_at = moment
        moment += timedelta(minutes=chance.randrange(7, 300))
