"""What changes threads: each function is one change with all that follows from it."""

import re
from typing import Any

from sqlalchemy import insert, select, update

from carboy.db import upsert
from carboy.ui import render_markdown

from .ext import cache, db
from .models import Board, Notification, Post, ReadMark, Report, Tag, Thread, User, now

_MENTION = re.compile(r"(?<!\w)@([\w.-]+)")
MOST_TAGS = 5


def add_thread(
    board: Board, author: User, title: str, text: str, tags: str | None
) -> Thread:
    """Add a thread with its first post."""
    thread = Thread(board_id=board.id, author_id=author.id, title=title)
    thread.last_author_id = author.id
    thread.tags = _get_tags(tags)
    db.session.add(thread)
    db.session.flush()
    _add_to(Board, board.id, thread_count=1)
    for tag in thread.tags:
        _add_to(Tag, tag.id, thread_count=1)
    add_post(thread, author, text)
    return thread


def add_post(thread: Thread, author: User, text: str) -> Post:
    """Add a post at the end of a thread, and notify whom it concerns."""
    db.session.begin_writing()
    db.session.refresh(thread, with_for_update=True)
    thread.post_count += 1
    thread.active_at, thread.last_author_id = now(), author.id
    post = Post(thread_id=thread.id, author_id=author.id, number=thread.post_count)
    post.text, post.html = text, render_markdown(text)
    db.session.add(post)
    db.session.flush()
    _add_to(Board, thread.board_id, post_count=1)
    _add_to(User, author.id, post_count=1)
    _notify(post, thread)
    mark_read(author, thread, post.number)
    drop_pages(thread)
    return post


def edit_post(post: Post, text: str) -> None:
    """Replace the text of a post."""
    post.text, post.html, post.edited_at = text, render_markdown(text), now()
    drop_pages(post.thread)


def set_hidden(post: Post, *, hidden: bool) -> None:
    """Hide or show a post, of the first post the whole thread; its reports are done."""
    post.is_hidden = hidden
    if post.number == 1:
        post.thread.is_hidden = hidden
    done = update(Report).where(Report.post_id == post.id).values(is_open=False)
    db.session.execute(done)
    drop_pages(post.thread)


def mark_read(user: User, thread: Thread, number: int) -> None:
    """Remember that somebody has seen a thread as far as this post."""
    row = {"user_id": user.id, "thread_id": thread.id, "number": number}
    table, seen = ReadMark.__table__, {"number": number}
    db.session.execute(upsert(db.engine.dialect.name, table, row, seen))


def read_notifications(user: User) -> None:
    """Mark all notifications of somebody as read."""
    unread = (Notification.user_id == user.id, Notification.is_read.is_(False))
    db.session.execute(update(Notification).where(*unread).values(is_read=True))
    user.unread_count = 0


def drop_pages(thread: Thread) -> None:
    """Drop the cached pages that show a thread, when it is committed."""
    tags = ("threads", f"thread-{thread.id}")
    db.after_commit(lambda: [cache.drop_tag(tag) for tag in tags])


def _notify(post: Post, thread: Thread) -> None:
    names = [name.rstrip(".-").casefold() for name in _MENTION.findall(post.text)][:10]
    named = db.session.scalars(select(User.id).where(User.username.in_(names)))
    people = ({thread.author_id} | set(named)) - {post.author_id}
    if people:
        rows = [{"user_id": user_id, "post_id": post.id} for user_id in people]
        db.session.execute(insert(Notification), rows)
        _add_to(User, *people, unread_count=1)


def _get_tags(text: str | None) -> list[Tag]:
    words = re.findall(r"[\w-]+", (text or "").casefold())
    names = list(dict.fromkeys(word[:30] for word in words))[:MOST_TAGS]
    known = {tag.name: tag for tag in Tag.query.filter(Tag.name.in_(names))}
    return [known.get(name) or Tag(name=name) for name in names]


def _add_to(model: Any, *ids: int, **counts: int) -> None:
    # In the database: two requests at once lose no count.
    values = {name: getattr(model, name) + count for name, count in counts.items()}
    db.session.execute(update(model).where(model.id.in_(ids)).values(values))
