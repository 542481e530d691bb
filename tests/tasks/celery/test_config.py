"""Celery is told one thing in one spelling, and nothing that loses runs."""

from carboy.tasks import TaskSettings, is_embedded
from carboy.tasks.broker.address import find_broker
from carboy.tasks.celery.config import find_celery_keys, make_conf


def test_old_and_new_names_may_be_mixed() -> None:
    config = {
        "CELERY_TASK_SERIALIZER": "json",
        "CELERYD_PREFETCH_MULTIPLIER": 4,
        "task_annotations": {"ignored": "only upper case is a setting"},
        "CELERY_TASK_ROUTES": {"shop.*": {"queue": "shop"}},
        "BROKER_HEARTBEAT": 7,
    }

    conf = make_conf(TaskSettings(), config)

    assert conf["worker_prefetch_multiplier"] == 4
    assert conf["task_routes"] == {"shop.*": {"queue": "shop"}}
    assert conf["broker_heartbeat"] == 7
    assert all(key == key.lower() for key in conf)


def test_what_would_lose_runs_or_run_code_cannot_be_set() -> None:
    config = {
        "CELERY_ACCEPT_CONTENT": ["pickle"],
        "CELERY_ACKS_LATE": False,
        "CELERY_TASK_SERIALIZER": "pickle",
    }

    conf = make_conf(TaskSettings(), config)

    assert conf["accept_content"] == ["json"]
    assert conf["task_serializer"] == "json"
    assert conf["task_acks_late"]
    assert conf["task_reject_on_worker_lost"]


def test_without_a_broker_workers_claim_from_the_ledger() -> None:
    assert is_embedded(find_broker(TaskSettings()))
    assert not is_embedded(find_broker(TaskSettings(broker_url="redis://h")))


def test_one_word_settings_of_the_site_are_not_taken_for_celerys() -> None:
    assert find_celery_keys({"TIMEZONE": "UTC", "IMPORTS": ["x"]}) == {}


def test_workers_are_careful_by_default() -> None:
    conf = make_conf(TaskSettings(), {})

    assert conf["worker_prefetch_multiplier"] == 1
    assert conf["task_soft_time_limit"] == 3600
    assert conf["worker_max_tasks_per_child"] == 2000
    assert conf["worker_enable_remote_control"] is False
