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
