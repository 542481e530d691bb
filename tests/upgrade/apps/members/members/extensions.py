from flask_caching import Cache
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy, Model
from flask_wtf.csrf import CsrfProtect

csrf = CsrfProtect()
login_manager = LoginManager()


class CRUDMixin(Model):
    @classmethod
    def create(cls, **kwargs):
        return cls(**kwargs).save()

    def save(self, commit=True):
        db.session.add(self)
        if commit:
            db.session.commit()
        return self


db = SQLAlchemy(model_class=CRUDMixin)
cache = Cache()
