from celery import Celery
from flask.ext.bootstrap import Bootstrap
from flask.ext.sqlalchemy import SQLAlchemy

db = SQLAlchemy(session_options={'autoflush': False})
bootstrap = Bootstrap()
celery = Celery(__name__)
