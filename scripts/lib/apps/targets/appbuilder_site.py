"""An administration of contacts, as Flask-AppBuilder's introduction builds it."""

import os

from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.utils.legacy import get_sqla_class
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import relationship


class ContactGroup(Model):
    """A group of contacts."""

    __tablename__ = "contact_group"

    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True, nullable=False)

    def __repr__(self) -> str:
        return self.name


class Contact(Model):
    """A person."""

    __tablename__ = "contact"

    id = Column(Integer, primary_key=True)
    name = Column(String(150), nullable=False)
    group_id = Column(Integer, ForeignKey("contact_group.id"))
    group = relationship("ContactGroup")


class GroupView(ModelView):
    """Lists, shows and edits groups."""

    datamodel = SQLAInterface(ContactGroup)


class ContactView(ModelView):
    """Lists, shows and edits contacts."""

    datamodel = SQLAInterface(Contact)
    list_columns = ("name", "group")


class ContactApi(ModelRestApi):
    """Contacts as JSON."""

    datamodel = SQLAInterface(Contact)
    allow_browser_login = True


app = Flask("appbuilder_site")
app.config.update(
    SECRET_KEY="a key of this proof",
    SQLALCHEMY_DATABASE_URI="sqlite:///" + os.path.join(os.environ["STATE"], "app.db"),
    WTF_CSRF_ENABLED=True,
    FAB_API_SWAGGER_UI=True,
)
db = get_sqla_class()(app)
with app.app_context():
    builder = AppBuilder(app, db.session)
    db.create_all()
    builder.add_view(GroupView, "Groups", category="Contacts")
    builder.add_view(ContactView, "Contacts", category="Contacts")
    builder.add_api(ContactApi)
    builder.sm.add_user(
        *("ann", "Ann", "Example", "ann@app.example"),
        builder.sm.find_role("Admin"),
        "secret",
    ) if not builder.sm.find_user("ann") else None
