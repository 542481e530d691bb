"""If this passes, old and new names of settings may stand together."""

import pytest
from celery import Celery
from celery.app.utils import detect_settings

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_mixed_settings_are_read(door):
    celery = Celery("old", set_as_current=False)
    celery.config_from_object({
        "CELERY_TASK_SERIALIZER": "json",
        "broker_url": "memory://",
        "CELERY_TIMEZONE": "Asia/Shanghai",
    })

    assert celery.conf.task_serializer == "json"
    assert celery.conf.timezone == "Asia/Shanghai"
    assert celery.conf.broker_url == "memory://"
    assert detect_settings is not None


def test_the_old_decorator_makes_tasks(run_old):
    code = "from celery.task import task\n@task\ndef add_here(a, b): return a + b"
    names = run_old(code)

    assert names["add_here"](1, 2) == 3
