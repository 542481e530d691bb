"""People, boards, threads, posts, and what is remembered of who has read them.

Whatever a list shows is a column of its row: no page counts rows.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.auth import UserModel
from carboy.db import SearchIndex, UtcDateTime
from carboy.uploads import Attached, AttachedFile, Image, ImageSize, attachment

from .ext import Model, db

SMALL = {"small": ImageSize(96, 96, crop=True)}


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class User(UserModel, Model):
    """Somebody who writes."""

    about: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(16), default="en")
    wants_digest: Mapped[bool] = mapped_column(default=True)
    post_count: Mapped[int] = mapped_column(default=0)
    unread_count: Mapped[int] = mapped_column(default=0)
    avatar: Attached[Image | None] = attachment(Image, max_size="2 MB", variants=SMALL)
    export: Attached[AttachedFile | None] = attachment(AttachedFile, private=True)


class Board(Model):
    """A part of the site: threads about one thing."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200), default="")
    thread_count: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)

    def __str__(self) -> str:
        return self.name


thread_tag = db.Table(
    "thread_tag",
    db.Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    db.Column(
        "thread_id",
        ForeignKey("thread.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Tag(Model):
    """A word that threads of all boards share."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    thread_count: Mapped[int] = mapped_column(default=0, index=True)

    def __str__(self) -> str:
        return self.name


class Thread(Model):
    """A title, and the posts below it."""

    __table_args__ = (
        Index("ix_thread_newest", "is_hidden", "active_at", "id"),
        Index("ix_thread_board", "board_id", "is_hidden", "active_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    last_author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    post_count: Mapped[int] = mapped_column(default=0)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    is_closed: Mapped[bool] = mapped_column(default=False)
    board: Mapped[Board] = relationship()
    author: Mapped[User] = relationship(foreign_keys=author_id)
    last_author: Mapped[User] = relationship(foreign_keys=last_author_id)
    tags: Mapped[list[Tag]] = relationship(secondary=thread_tag, order_by=Tag.name)

    def __str__(self) -> str:
        return self.title


class Post(Model):
    """What somebody says in a thread; the first post is number 1."""

    __table_args__ = (Index("ix_post_place", "thread_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    thread: Mapped[Thread] = relationship()
    author: Mapped[User] = relationship()


class ReadMark(Model):
    """The last post of a thread that somebody has seen."""

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    number: Mapped[int]


class Notification(Model):
    """Tells somebody of a post."""

    __table_args__ = (Index("ix_notification_user", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    is_read: Mapped[bool] = mapped_column(default=False)
    post: Mapped[Post] = relationship()


class Report(Model):
    """Somebody thinks that a post breaks the rules."""

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    is_open: Mapped[bool] = mapped_column(default=True, index=True)
    post: Mapped[Post] = relationship()
    user: Mapped[User] = relationship()


class Import(Model):
    """A CSV file of threads, and what became of its rows."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    file: Attached[AttachedFile] = attachment(
        AttachedFile, kinds=["csv"], max_size="1 MB", private=True, nullable=False
    )
    run_id: Mapped[str] = mapped_column(String(64), default="")
    added: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)


thread_search = SearchIndex(Thread, "title")
post_search = SearchIndex(Post, "text")
