"""If this passes, settings of Celery have their new names, where they are Celery's."""

from carboy.upgrade.rules.celery_settings import RULE
from tests.upgrade.cases import make_cases

APP = "from celery import Celery\n\napp = Celery()\n"
CHANGED: list[tuple[str, str]] = [
    (
        APP
        + "app.conf.CELERY_TIMEZONE = 'UTC'\napp.conf['BROKER_URL'] = 'memory://'\n",
        APP + "app.conf.timezone = 'UTC'\napp.conf['broker_url'] = 'memory://'\n",
    ),
    (
        APP + "app.conf.update({'CELERYBEAT_SCHEDULE': {}, 'CELERY_ROUTES': routes})\n",
        APP + "app.conf.update({'beat_schedule': {}, 'task_routes': routes})\n",
    ),
    (
        "BROKER_URL = 'amqp://'\nCELERY_RESULT_BACKEND = 'rpc://'\n",
        "broker_url = 'amqp://'\nresult_backend = 'rpc://'\n",
    ),
]
UNCHANGED = [
    "SECRET_KEY = 'x'\nCELERY_RESULT_BACKEND = 'rpc://'\n",
    "class Config:\n    CELERY_BROKER_URL = 'amqp://'\n",
    "app.config['CELERY_BROKER_URL'] = 'amqp://'\n",
    APP + "app.conf.update(flask_app.config)\n",
    APP + "app.conf.update(task_always_eager=True)\n",
    "other.conf.update(CELERY_ALWAYS_EAGER=True)\n",
    "text = 'CELERY_ALWAYS_EAGER'\n",
    "BROKER_URL = 'amqp://'\nprint(BROKER_URL)\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
