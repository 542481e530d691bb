"""If this passes, Flask-Celery-Helper's class is a Celery of the battery."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


@pytest.mark.parametrize("package", ["flask_celery", "flask_celery_helper"])
def test_a_task_runs_in_the_context_of_the_app(run_old, package, tmp_path):
    names = run_old(
        "from flask import Flask, current_app\n"
        f"from {package} import Celery\n"
        "celery = Celery()\n"
        "@celery.task\n"
        "def name():\n"
        "    return current_app.name\n"
        f"app = Flask('old', instance_path={str(tmp_path)!r})\n"
        "celery.init_app(app)\n"
    )

    assert names["name"].apply().get() == "old"


def test_a_single_instance_refuses_a_second_run(run_old):
    names = run_old(
        "from celery import Celery\n"
        "from flask_celery import single_instance, OtherInstanceError\n"
        "celery = Celery('old', broker='memory://', backend='cache+memory://')\n"
        "inner = []\n"
        "@celery.task(bind=True)\n"
        "@single_instance\n"
        "def count(self, again):\n"
        "    if again:\n"
        "        inner.append(count.apply(args=[False]).result)\n"
        "    return 1\n"
    )
    count = names["count"]

    assert count.apply(args=[True]).get() == 1
    assert isinstance(names["inner"][0], names["OtherInstanceError"])
    assert count.apply(args=[False]).get() == 1, "the lock is free again"


def test_a_single_instance_with_arguments_runs_beside_others(run_old):
    names = run_old(
        "from celery import Celery\n"
        "from flask_celery import single_instance\n"
        "celery = Celery('old', broker='memory://', backend='cache+memory://')\n"
        "inner = []\n"
        "@celery.task(bind=True)\n"
        "@single_instance(lock_timeout=10, include_args=True)\n"
        "def count(self, n):\n"
        "    if n:\n"
        "        inner.append(count.apply(args=[n - 1]).result)\n"
        "    return n\n"
    )

    assert names["count"].apply(args=[2]).get() == 2
    assert names["inner"] == [0, 1]
