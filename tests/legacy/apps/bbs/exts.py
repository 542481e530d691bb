from flask_sqlalchemy import SQLAlchemy
from flask_cache import Cache
from flask_session import Session

db = SQLAlchemy()
cache = Cache()
sess = Session()
