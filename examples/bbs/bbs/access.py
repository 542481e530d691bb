"""Who may do what, and what the console shows."""

from carboy.auth import define_role, policy

from .ext import admin, db
from .models import Board, Import, Post, Report, Thread, User

define_role("moderator", "board.moderate")


@policy("moderate")
@policy("admin")
def may_moderate(user: User) -> bool:
    """Moderators do, and they use the console."""
    return user.has_permission("board.moderate")


@policy("reply", Thread)
def may_reply(user: User, thread: Thread) -> bool:
    """Everybody with an account does, until the thread is closed."""
    return not thread.is_closed or user.has_permission("board.moderate")


@policy("edit", Post)
def may_edit(user: User, post: Post) -> bool:
    """Authors do, unless a moderator has hidden the post."""
    return post.author_id == user.id and not post.is_hidden


@policy("see", Import)
def may_see(user: User, made: Import) -> bool:
    """An import is its owner's."""
    return made.user_id == user.id


admin.register(Board, columns=["name", "slug", "thread_count", "post_count"])
admin.register(Thread, columns=["title", "board", "author", "post_count", "active_at"])
admin.register(Post, columns=["text", "thread", "author", "created_at"], sort="-id")
admin.register(Report, columns=["post", "user", "reason", "is_open"], sort="-id")
admin.register(User, columns=["name", "email", "post_count", "registered_at"])


@admin.number(Post, "Posts")
def count_posts() -> int:
    """Add what the boards have counted."""
    return db.session.scalar(db.select(db.func.sum(Board.post_count))) or 0


@admin.chart(Board, "Threads of each board")
def count_threads() -> list[tuple[str, int]]:
    """Show what the boards have counted."""
    rows = db.session.execute(db.select(Board.name, Board.thread_count))
    return [(name, count) for name, count in rows]
