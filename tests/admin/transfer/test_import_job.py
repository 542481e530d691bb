"""A job survives a detour through JSON, and asks for the permission again."""

import json

from carboy.admin.console_user import ConsoleUser
from carboy.admin.transfer import ImportJob, process_import, store_import
from tests.admin.conftest import Site


def test_who_may_not_import_any_more_writes_nothing(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    with sqlite_site.app.app_context():
        user = ConsoleUser(sqlite_site.find("viewer").get_id(), "viewer")
        content = (["line"], [[f"new {n}"] for n in range(150)])
        file = store_import(console.session, user.id, "log", "a.csv", content)
        job = ImportJob("log", file, ("line",), is_update=False, user=user)
        job = ImportJob.from_json(json.loads(json.dumps(job.to_json())))

        batches = list(process_import(job, console, console.resume_access(user)))

        assert [(done, total) for done, total, _ in batches] == [(100, 150), (150, 150)]
        assert [(each.done, each.refused) for _, _, each in batches] == [
            (0, 100),
            (0, 50),
        ]
