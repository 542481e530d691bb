"""Settings are read under today's names and under Celery's old ones."""

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
