"""Delete a row, after showing what goes along."""

from typing import Any

from flask import flash, redirect, request
from sqlalchemy.exc import IntegrityError

from carboy.admin.access import DELETE
from carboy.admin.changes import find_deletion_problem, plan_deletion
from carboy.translation import gettext

from .page import ConsolePage


def delete_row(page: ConsolePage, slug: str, key: str) -> Any:
    """Show what goes with a row, and delete it."""
    admin = page.get_admin(slug)
    row = page.get_row(admin, key, DELETE, is_locked=request.method == "POST")
    page.require_fresh()
    name, session = admin.name_row(row), page.console.session
    plan = plan_deletion(session, row)
    problem = find_deletion_problem(plan, lambda each: page.access.allows(DELETE, each))
    if request.method == "POST" and not problem:
        try:
            session.delete(row)
            session.commit()
        except IntegrityError:
            session.rollback()
            problem = gettext("Other rows need this one. Change or delete them first.")
            row = page.get_row(admin, key, DELETE)
            plan = plan_deletion(session, row)
        else:
            flash(gettext("%(name)s was deleted.", name=name), "success")
            return redirect(page.url("list", admin), 303)
    return page.show(
        "delete",
        409 if problem and request.method == "POST" else 200,
        admin=admin,
        key=key,
        name=name,
        plan=plan,
        problem=problem,
    )
