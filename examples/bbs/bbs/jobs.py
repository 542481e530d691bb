"""What the board does in the background."""

import csv
import io
import json
from datetime import timedelta

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from carboy.auth import export_user
from carboy.i18n import force_locale, gettext_noop
from carboy.tasks import track

from .ext import db, mail, tasks
from .models import Board, Import, Post, Thread, User, now
from .writing import add_thread

MOST_ROWS = 5_000
TOO_SHORT = gettext_noop("The title has less than 3 characters.")
TOO_LONG = gettext_noop("The title or the text is too long.")
EMPTY = gettext_noop("The text is empty.")


@tasks.task
def import_threads(import_id: int) -> int:
    """Add a thread for each row of a CSV file; rows with a problem are reported."""
    made = db.session.get(Import, import_id)
    text = made.file.read().decode("utf-8-sig", "replace")
    rows = list(csv.DictReader(io.StringIO(text)))[:MOST_ROWS]
    for line, row in enumerate(track(rows, "Importing", resume=True, batch=5), start=2):
        made = db.session.get(Import, import_id)
        title, text = ((row.get(name) or "").strip() for name in ("title", "text"))
        if problem := _find_problem(title, text):
            made.problems = [
                *made.problems,
                {"line": line, "title": title[:60], "problem": problem},
            ][:100]
            continue
        board = db.session.get(Board, made.board_id)
        user = db.session.get(User, made.user_id)
        add_thread(board, user, title, text, row.get("tags") or "")
        made.added += 1
    return made.added


@tasks.task(unique=True)
def export_data(user_id: int) -> int:
    """Write what is stored of somebody into a file, for that person alone."""
    user = db.session.get(User, user_id)
    posts = select(Post.id, Post.text, Post.created_at, Thread.title).join(Thread)
    rows = db.session.execute(posts.where(Post.author_id == user_id).order_by(Post.id))
    written = [row._asdict() for row in rows]
    content = {**export_user(user), "posts": written}
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    user.export = FileStorage(io.BytesIO(text.encode()), filename="my-data.json")
    return len(written)


@tasks.cron("0 5 * * *", name="nightly digest")
@tasks.task
def send_digests() -> None:
    """Send the new threads of the last day to all who want them."""
    since = now() - timedelta(days=1)
    new = select(Thread.id, Thread.title).where(
        Thread.created_at > since, Thread.is_hidden.is_(False)
    )
    threads = db.session.execute(new.order_by(Thread.id.desc()).limit(20)).all()
    people = select(User.id).where(User.wants_digest, User.locked_at.is_(None))
    ids = list(db.session.scalars(people.order_by(User.id))) if threads else []
    for user_id in track(ids, "Digests", resume=True):
        user = db.session.get(User, user_id)
        with force_locale(user.language):
            mail.send_template("digest", to=user.email, user=user, threads=threads)


def _find_problem(title: str, text: str) -> str:
    if len(title) < 3:
        return TOO_SHORT
    if not text:
        return EMPTY
    return TOO_LONG if len(title) > 120 or len(text) > 10_000 else ""
