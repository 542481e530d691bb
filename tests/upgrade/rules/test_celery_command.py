"""If this passes, the rule `celery-command` edits its cases only."""

from carboy.upgrade.rules.celery_command import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "worker: celery beat --loglevel=info --app=shop\n",
        "worker: celery --app=shop beat --loglevel=info\n",
    )
]
UNCHANGED = [
    "worker: celery -A app worker\n",
    "worker: celery worker\n",
    "web: gunicorn -A celery worker\n",
    "worker: celery worker && x -A app\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED, path="Procfile")
