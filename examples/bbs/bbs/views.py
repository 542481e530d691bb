"""The pages on which threads are read and written."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from carboy.auth import authorize, current_user, login_required
from carboy.i18n import gettext as _

from . import reading, writing
from .ext import cache, db
from .forms import PostForm, ReportForm, ThreadForm
from .models import Board, Post, Report, Tag, Thread, thread_tag

pages = Blueprint("pages", __name__)
Answer = str | Response


def _is_member() -> bool:
    return bool(current_user.is_authenticated)


# Members see their unread marks; visitors without a login all see the same.
for_guests = cache.cached(
    60, unless=_is_member, query_string=True, per_user=lambda: "guest", tags=["threads"]
)


@pages.get("/")
@for_guests
def home() -> str:
    """Show the threads of all boards."""
    return _show_threads(reading.list_threads(), _("Latest threads"))


@pages.get("/b/<slug>")
@for_guests
def board(slug: str) -> str:
    """Show the threads of a board."""
    row = db.first_or_404(db.select(Board).filter_by(slug=slug))
    threads = reading.list_threads(Thread.board_id == row.id)
    return _show_threads(threads, row.name, row.about, board=row)


@pages.get("/tags/<name>")
@for_guests
def tag(name: str) -> str:
    """Show the threads of a tag."""
    row = db.first_or_404(db.select(Tag).filter_by(name=name))
    ids = db.select(thread_tag.c.thread_id).where(thread_tag.c.tag_id == row.id)
    return _show_threads(reading.list_threads(Thread.id.in_(ids)), f"#{row.name}")


@pages.get("/search")
def search() -> str:
    """Search titles and texts."""
    words = request.args.get("q", "")[:200]
    threads, posts = reading.search(words)
    return render_template("search.html", q=words, threads=threads, posts=posts)


@pages.route("/t/<int:thread_id>", methods=["GET", "POST"])
def thread(thread_id: int) -> Answer:
    """Show a page of a thread, and take a reply."""
    row, form = reading.get_thread(thread_id), PostForm()
    if request.method == "POST":
        authorize("reply", row)
    if form.validate_on_submit():
        post = writing.add_post(row, current_user, form.text.data)
        db.session.commit()
        return redirect(url_of_post(post))
    page = request.args.get("page", 1, type=int)
    posts = reading.get_page(row, page)
    read = reading.read_numbers([row]).get(row.id, 0)
    count = reading.count_pages(row.post_count)
    values = {"thread": row, "posts": posts, "form": form, "read": read}
    text = render_template("thread.html", **values, page=page, count=count)
    if _is_member() and posts[-1].number > read:
        writing.mark_read(current_user, row, posts[-1].number)
        db.session.commit()
    return text


@pages.route("/b/<slug>/new", methods=["GET", "POST"])
@login_required
def new_thread(slug: str) -> Answer:
    """Take a new thread."""
    row, form = db.first_or_404(db.select(Board).filter_by(slug=slug)), ThreadForm()
    if form.validate_on_submit():
        texts = form.title.data, form.text.data, form.tags.data
        made = writing.add_thread(row, current_user, *texts)
        db.session.commit()
        return redirect(url_for("pages.thread", thread_id=made.id), 303)
    lead = _("In %(board)s", board=row.name)
    return show_form(form, _("New thread"), _("Publish"), lead)


@pages.route("/p/<int:post_id>/edit", methods=["GET", "POST"])
@login_required
def edit(post_id: int) -> Answer:
    """Take the new text of a post."""
    post = db.get_or_404(Post, post_id)
    authorize("edit", post)
    form = PostForm(obj=post)
    if form.validate_on_submit():
        writing.edit_post(post, form.text.data)
        db.session.commit()
        return redirect(url_of_post(post))
    return show_form(form, _("Edit your post"), _("Save"))


@pages.route("/p/<int:post_id>/report", methods=["GET", "POST"])
@login_required
def report(post_id: int) -> Answer:
    """Take a report about a post."""
    post, form = db.get_or_404(Post, post_id), ReportForm()
    if reading.get_thread(post.thread_id) and form.validate_on_submit():
        reason = form.reason.data
        Report.create(post_id=post.id, user_id=current_user.id, reason=reason)
        db.session.commit()
        flash(_("Thank you. A moderator will look at it."), "success")
        return redirect(url_of_post(post))
    lead = _("Moderators see your name and the reason.")
    return show_form(form, _("Report a post"), _("Report"), lead)


@pages.get("/moderation")
@login_required
def moderation() -> str:
    """Show the open reports."""
    authorize("moderate")
    query = db.select(Report).where(Report.is_open).order_by(Report.id).limit(50)
    reports = list(db.session.scalars(query))
    return render_template("moderation.html", reports=reports)


@pages.post("/p/<int:post_id>/<any(hide, show):action>")
@login_required
def moderate(post_id: int, action: str) -> Response:
    """Hide a post, or show it and be done with its reports."""
    authorize("moderate")
    post = db.get_or_404(Post, post_id)
    writing.set_hidden(post, hidden=action == "hide")
    db.session.commit()
    flash(_("The post is hidden.") if post.is_hidden else _("The post is shown."))
    back = url_of_post(post) if "post" in request.args else url_for(".moderation")
    return redirect(back, 303)


@pages.post("/t/<int:thread_id>/close")
@login_required
def close(thread_id: int) -> Response:
    """Close a thread to replies, or open it again."""
    authorize("moderate")
    row = db.get_or_404(Thread, thread_id)
    row.is_closed = not row.is_closed
    writing.drop_pages(row)
    db.session.commit()
    return redirect(url_for("pages.thread", thread_id=row.id), 303)


@pages.app_template_global()
def url_of_post(post: Post) -> str:
    """Return the address of a post on its page."""
    page, anchor = reading.count_pages(post.number), f"post-{post.number}"
    values: dict[str, Any] = {"page": page} if page > 1 else {}
    return url_for("pages.thread", thread_id=post.thread_id, **values, _anchor=anchor)


def show_form(form: Any, title: str, submit: str, lead: str = "") -> str:
    """Return a page that is one form."""
    values = {"form": form, "title": title, "submit": submit, "lead": lead}
    return render_template("form.html", **values)


def _show_threads(
    threads: reading.Rows, title: str, about: str = "", **more: Any
) -> str:
    read = reading.read_numbers(threads.rows)
    values = {"threads": threads, "title": title, "about": about, "read": read}
    return render_template("threads.html", **values, **more)


pages.add_app_template_global(reading.list_boards)
pages.add_app_template_global(reading.list_tags)
pages.add_app_template_global(reading.is_moderator)
