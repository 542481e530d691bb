"""A job is done batch by batch, with those rows that were there when it was chosen."""

import json

from carboy.admin.actions import ActionJob, process_job
from carboy.admin.console_user import ConsoleUser
from carboy.admin.lists import RowSelection
from tests.admin import zoo
from tests.admin.conftest import Site


def test_new_rows_are_left_alone(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.test_request_context():
        user = ConsoleUser(sqlite_site.find("boss").get_id(), "boss")
        access, session = console.resume_access(user), console.session
        admin = console.admins["log"]
        chosen = RowSelection(is_all=True, filter="level is not empty")
        last = chosen.find_last(session, admin, access.visible)
        chosen = RowSelection(is_all=True, filter=chosen.filter, until=last)
        job = ActionJob("log", "delete", chosen, user, 104)
        job = ActionJob.from_json(json.loads(json.dumps(job.to_json())))
        session.add_all([zoo.Log(line="new", level=1) for _ in range(3)])
        session.commit()

        counts = []
        for _, report in process_job(job, console, access):
            session.commit()
            session.expunge_all()
            counts.append(report.done)

        assert counts == [100, 4]
        assert (
            session.scalar(zoo.db.select(zoo.db.func.count()).select_from(zoo.Log))
            == 130 - 104 + 3
        )
