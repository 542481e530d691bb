"""boards, threads and people

Revision: 1715c2e439e7
After:
Made: 2026-12-01 03:44:22.707496
"""

import sqlalchemy as sa
from alembic import op

import carboy.db
from carboy.db import create_search_table, drop_search_table

revision = "1715c2e439e7"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():  # noqa: PLR0915 - one statement for each table
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("thread_count", sa.Integer(), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("slug", name=op.f("uq_board_slug")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("thread_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tag_thread_count"), ["thread_count"], unique=False
        )

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column(
            "email_confirmed_at", carboy.db.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("locked_at", carboy.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("auth_epoch", sa.Integer(), nullable=False),
        sa.Column(
            "registered_at", carboy.db.UtcDateTime(timezone=True), nullable=False
        ),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("unread_count", sa.Integer(), nullable=False),
        sa.Column("avatar", sa.Text(), nullable=True),
        sa.Column("export", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_import_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_import_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("last_author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("created_at", carboy.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("active_at", carboy.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_thread_author_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_thread_board_id_board")
        ),
        sa.ForeignKeyConstraint(
            ["last_author_id"], ["user.id"], name=op.f("fk_thread_last_author_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_thread_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            "ix_thread_board",
            ["board_id", "is_hidden", "active_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_thread_last_author_id"), ["last_author_id"], unique=False
        )
        batch_op.create_index(
            "ix_thread_newest", ["is_hidden", "active_at", "id"], unique=False
        )

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at", carboy.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("edited_at", carboy.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_post_author_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_post_thread_id_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index("ix_post_place", ["thread_id", "number"], unique=True)

    op.create_table(
        "read_mark",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_read_mark_thread_id_thread")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_read_mark_user_id_user")
        ),
        sa.PrimaryKeyConstraint("user_id", "thread_id", name=op.f("pk_read_mark")),
    )
    op.create_table(
        "thread_tag",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["tag.id"],
            name=op.f("fk_thread_tag_tag_id_tag"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["thread.id"],
            name=op.f("fk_thread_tag_thread_id_thread"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tag_id", "thread_id", name=op.f("pk_thread_tag")),
    )
    with op.batch_alter_table("thread_tag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_thread_tag_thread_id"), ["thread_id"], unique=False
        )

    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_notification_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notification_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notification_post_id"), ["post_id"], unique=False
        )
        batch_op.create_index("ix_notification_user", ["user_id", "id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_report_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_report_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_is_open"), ["is_open"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_report_post_id"), ["post_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_report_user_id"), ["user_id"], unique=False
        )

    for table in ("thread", "post"):
        create_search_table(op.get_bind(), table)


def downgrade():  # noqa: PLR0915 - as above
    for table in ("thread", "post"):
        drop_search_table(op.get_bind(), table)
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_user_id"))
        batch_op.drop_index(batch_op.f("ix_report_post_id"))
        batch_op.drop_index(batch_op.f("ix_report_is_open"))

    op.drop_table("report")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("ix_notification_user")
        batch_op.drop_index(batch_op.f("ix_notification_post_id"))

    op.drop_table("notification")
    with op.batch_alter_table("thread_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_tag_thread_id"))

    op.drop_table("thread_tag")
    op.drop_table("read_mark")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_place")
        batch_op.drop_index(batch_op.f("ix_post_author_id"))

    op.drop_table("post")
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_newest")
        batch_op.drop_index(batch_op.f("ix_thread_last_author_id"))
        batch_op.drop_index("ix_thread_board")
        batch_op.drop_index(batch_op.f("ix_thread_author_id"))

    op.drop_table("thread")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_user_id"))

    op.drop_table("import")
    op.drop_table("user")
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_thread_count"))

    op.drop_table("tag")
    op.drop_table("board")
