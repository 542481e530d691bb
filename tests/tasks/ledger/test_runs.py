"""Runs can be found, and shown without what must not be seen."""

from carboy.tasks import Filter
from carboy.tasks.app_state import TasksState
from carboy.tasks.ledger.runs import NewRun


def _add(site: TasksState, run_id: str, **more: object) -> None:
    told = {"task": "shop.add", "queue": "default", "args": "[[], {}]", "options": "{}"}
    site.ledger.add(NewRun(id=run_id, **(told | more)))  # type: ignore[arg-type]  # a test's shorthand


def test_secrets_in_arguments_are_not_shown(site: TasksState) -> None:
    args = '[["a.csv"], {"password": "geheim", "more": {"api_key": "k", "n": 1}}]'
    _add(site, "1", args=args)
    run = site.runs.find("1")

    assert run is not None
    shown = run.show_arguments()
    assert "geheim" not in shown
    assert "'k'" not in shown
    assert "'a.csv'" in shown
    assert "'n': 1" in shown


def test_long_arguments_are_cut(site: TasksState) -> None:
    _add(site, "1", args=f'[["{"x" * 5000}"], {{}}]')
    run = site.runs.find("1")

    assert run is not None
    assert len(run.show_arguments()) <= 200


def test_runs_are_filtered_searched_and_counted(site: TasksState) -> None:
    _add(site, "1")
    _add(site, "2", task="mail.send", queue="mail", who="ada")
    site.ledger.claim("1", "dead", "nowhere")

    assert [r.id for r in site.runs.list_runs(Filter(state="waiting"))] == ["2"]
    assert [r.id for r in site.runs.list_runs(Filter(search="ADA"))] == ["2"]
    assert [r.id for r in site.runs.list_runs(Filter(search="%"))] == []
    assert [r.id for r in site.runs.list_runs(Filter(queue="mail"))] == ["2"]
    assert site.runs.count(Filter(task="shop.add")) == 1
    assert site.runs.count_by_state() == {"waiting": 1, "running": 1}
    assert site.runs.count_by_queue()["mail"] == {"waiting": 1, "running": 0}
    assert site.runs.list_tasks() == ["mail.send", "shop.add"]


def test_waits_are_listed_from_due_to_begin(site: TasksState, clock: object) -> None:
    _add(site, "1")
    clock.advance(5)  # type: ignore[attr-defined]  # the test's clock
    site.ledger.claim("1", "dead", "nowhere")

    ((_, waited),) = site.runs.list_waits(0)
    assert waited == 5
