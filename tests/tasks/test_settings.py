"""Settings are read under today's names and under Celery's old ones."""

import pytest

from carboy.errors import SettingsError
from carboy.tasks import TaskSettings


def test_the_names_of_the_old_notes_work() -> None:
    read = TaskSettings.read({
        "CELERY_BROKER_URL": "redis://localhost:6379/0",
        "CELERY_RESULT_BACKEND": "redis://localhost:6379/1",
        "CELERY_ALWAYS_EAGER": True,
    })

    assert read.broker_url == "redis://localhost:6379/0"
    assert read.result_backend == "redis://localhost:6379/1"
    assert read.run_now


def test_passwords_of_brokers_do_not_print() -> None:
    read = TaskSettings(broker_url="redis://:geheim@host/0")

    assert "geheim" not in repr(read)


@pytest.mark.parametrize("values", [{"TIME_LIMIT": 60}, {"SOFT_TIME_LIMIT": 3900}])
def test_a_soft_limit_that_is_over_after_the_hard_one_is_refused(values) -> None:
    with pytest.raises(SettingsError, match="Set TASKS_SOFT_TIME_LIMIT to less"):
        TaskSettings.read({f"TASKS_{name}": value for name, value in values.items()})


def test_either_limit_may_be_off() -> None:
    assert TaskSettings(time_limit=0).soft_time_limit == 3600
    assert TaskSettings(time_limit=60, soft_time_limit=0).time_limit == 60
