class Config(object):
    SECRET_KEY = 'hard to guess'
    SQLALCHEMY_DATABASE_URI = 'sqlite:///shop-dev.db'
    SQLALCHEMY_TRACK_MODIFICATIONS = True
    SQLALCHEMY_POOL_RECYCLE = 300
    JSON_AS_ASCII = False
    CELERY_BROKER_URL = 'memory://'
    CELERY_RESULT_BACKEND = 'cache+memory://'
    CELERY_ACCEPT_CONTENT = ['json']
    CELERY_TASK_SERIALIZER = 'json'
    CELERY_ALWAYS_EAGER = False


class Testing(Config):
    TESTING = True
    SQLALCHEMY_DATABASE_URI = 'sqlite:///shop-test.db'
    WTF_CSRF_ENABLED = False
    CELERY_ALWAYS_EAGER = True
    CELERY_EAGER_PROPAGATES_EXCEPTIONS = True


config = dict(default=Config, testing=Testing)
