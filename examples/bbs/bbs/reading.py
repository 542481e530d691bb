"""What pages show: lists begin after a row, so that nothing is counted or skipped."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import abort, current_app, request
from sqlalchemy import Select, select

from carboy.auth import current_user
from carboy.db import SortKey, follows, order_clauses

from .ext import cache, db
from .models import Board, Post, ReadMark, Tag, Thread, post_search, thread_search

NEWEST = (
    SortKey(Thread.active_at, is_descending=True),
    SortKey(Thread.id, is_descending=True),
)
# No join, for which SQLite would begin with the threads and sort all posts.
_of_post = select(Thread.is_hidden).where(Thread.id == Post.thread_id)
VISIBLE = (Post.is_hidden.is_(False), _of_post.scalar_subquery().is_(False))


class Rows(NamedTuple):
    """The rows of a page, and the key after which the next page begins."""

    rows: list[Any]
    after: int | None


def list_threads(*conditions: Any) -> Rows:
    """List the threads of a page, the one that was active last first."""
    query = select(Thread).where(Thread.is_hidden.is_(False), *conditions)
    if (after := request.args.get("after", type=int)) is not None:
        last = db.get_or_404(Thread, after)
        values, dialect = (last.active_at, last.id), db.engine.dialect.name
        query = query.where(follows(NEWEST, values, dialect))
    query = query.order_by(*order_clauses(NEWEST))
    return _cut(query, current_app.config["THREADS_PER_PAGE"])


def list_posts(*conditions: Any) -> Rows:
    """List the newest visible posts of a page."""
    query = select(Post).where(*VISIBLE, *conditions)
    if (after := request.args.get("after", type=int)) is not None:
        query = query.where(Post.id < after)
    query = query.order_by(Post.id.desc())
    return _cut(query, current_app.config["POSTS_PER_PAGE"])


def search(words: str) -> tuple[list[Thread], Rows]:
    """Find threads by their title, and posts by their text."""
    threads = select(Thread).where(
        thread_search.matches(words), Thread.is_hidden.is_(False)
    )
    first = "after" not in request.args
    titles = db.session.scalars(threads.order_by(Thread.id.desc()).limit(5))
    return list(titles) if first else [], list_posts(post_search.matches(words))


def get_page(thread: Thread, number: int) -> list[Post]:
    """Return the posts of a page; their numbers say where it begins."""
    size = current_app.config["POSTS_PER_PAGE"]
    first = (number - 1) * size
    if number < 1 or first >= max(thread.post_count, 1):
        abort(404)
    place = Post.number.between(first + 1, first + size)
    query = select(Post).where(Post.thread_id == thread.id, place)
    return list(db.session.scalars(query.order_by(Post.number)))


def count_pages(posts: int) -> int:
    """Return the number of pages of a thread."""
    size: int = current_app.config["POSTS_PER_PAGE"]
    return max(-(-posts // size), 1)


def get_thread(thread_id: int) -> Thread:
    """Return a thread that the visitor may see; else the answer is 404."""
    thread = db.get_or_404(Thread, thread_id)
    if thread.is_hidden and not is_moderator():
        abort(404)
    return thread


def read_numbers(threads: Iterable[Thread]) -> dict[int, int]:
    """Return how far the visitor has read these threads."""
    if not current_user.is_authenticated:
        return {}
    ids = [thread.id for thread in threads]
    mine = (ReadMark.user_id == current_user.id, ReadMark.thread_id.in_(ids))
    columns = select(ReadMark.thread_id, ReadMark.number)
    return {
        row.thread_id: row.number for row in db.session.execute(columns.where(*mine))
    }


def is_moderator() -> bool:
    """Return whether the visitor moderates."""
    return bool(current_user.is_authenticated and current_user.has_role("moderator"))


@cache.memoize(timeout=30, tags=["threads"])
def list_boards() -> list[dict[str, Any]]:
    """List the boards, with the numbers of their threads."""
    columns = select(Board.slug, Board.name, Board.about, Board.thread_count)
    rows = db.session.execute(columns.order_by(Board.id).limit(50)).mappings()
    return [dict(row) for row in rows]


@cache.memoize(timeout=30, tags=["threads"])
def list_tags() -> list[str]:
    """List the tags that most threads have."""
    query = select(Tag.name).order_by(Tag.thread_count.desc(), Tag.name)
    return list(db.session.scalars(query.limit(16)))


def _cut(query: Select[Any], size: int) -> Rows:
    rows = list(db.session.scalars(query.limit(size + 1)))
    return Rows(rows[:size], rows[size - 1].id if len(rows) > size else None)
