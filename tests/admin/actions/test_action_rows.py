"""Rows are asked about one by one, and one that fails takes no other along."""

from typing import Any

import pytest

from carboy.admin import ActionError, Admin
from carboy.admin.actions import apply_action
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import Site


@pytest.fixture
def rename(admin: Admin) -> None:
    @admin.action(zoo.Log, "Number them")
    def renumber(log: zoo.Log) -> None:
        if log.id == 3:
            log.line = "lost with the error"
            message = "three is not renumbered"
            raise ActionError(message)
        if log.id == 5:
            log.line = None  # type: ignore[assignment]  # the database refuses it
        else:
            log.line = f"{log.id} done"


@pytest.mark.usefixtures("rename")
def test_each_row_counts_for_itself(site: Site) -> None:
    @policy("admin.renumber", zoo.Log)
    def may_renumber(_user: Any, log: zoo.Log) -> bool:
        return log.id != 4

    console = site.app.extensions["carboy.admin"]
    with site.app.test_request_context():
        access = console.make_access()
        access.user = site.find("editor")
        query = zoo.db.select(zoo.Log).order_by(zoo.Log.id).limit(6)
        session, admin = console.session, console.admins["log"]
        rows = list(session.scalars(query))

        report = apply_action(admin.actions["renumber"], admin, access, console, rows)
        session.commit()

        assert (report.done, report.refused, report.failed) == (3, 1, 2)
        assert [text for _, text in report.problems] == [
            "three is not renumbered",
            "The database refuses it.",
        ]
        lines = [row.line for row in session.scalars(query)]
        assert lines == ["1 done", "2 done", "line 2", "line 3", "line 4", "6 done"]
