from datetime import timedelta

BROKER_URL = 'memory://'
CELERY_RESULT_BACKEND = 'cache+memory://'
CELERY_TASK_SERIALIZER = 'json'
CELERY_ACCEPT_CONTENT = ['json']
CELERY_ALWAYS_EAGER = True
CELERY_TIMEZONE = 'UTC'
CELERYBEAT_SCHEDULE = {'clean': {'task': 'jobs.clean', 'schedule': timedelta(seconds=30)}}
