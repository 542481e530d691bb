"""An import that fails in the middle goes on there: each line is added once."""

import pytest

from carboy.admin.background_runs import start_task
from carboy.admin.console_user import ConsoleUser
from carboy.admin.transfer import IMPORT_TASK, ImportJob, RowImporter, store_import
from tests.admin import zoo
from tests.admin.conftest import TaskSite


def test_a_failed_import_goes_on(
    task_site: TaskSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = task_site.app.extensions["carboy.admin"]
    run_batch, fails = RowImporter.run, [102]

    def run(importer: RowImporter, rows: list[list[str]], first_line: int) -> object:
        report = run_batch(importer, rows, first_line)
        if first_line in fails:
            fails.remove(first_line)
            raise KeyError
        return report

    monkeypatch.setattr(RowImporter, "run", run)
    with task_site.app.app_context():
        user = ConsoleUser(task_site.find("editor").get_id(), "editor")
        content = (["line"], [[f"new {n}"] for n in range(150)])
        file = store_import(console.session, user.id, "log", "a.csv", content)
        console.session.commit()
        job = ImportJob("log", file, ("line",), is_update=False, user=user)
        result = start_task(console, IMPORT_TASK, job.to_json())
        task_site.tasks.drain()
        assert result.run.state == "failed"
        result.retry()
        task_site.tasks.drain()

        assert result.get()["done"] == 150
        query = zoo.db.select(zoo.Log.line).where(zoo.Log.line.startswith("new"))
        lines = zoo.db.session.scalars(query).all()
        assert sorted(lines) == sorted(f"new {n}" for n in range(150))
