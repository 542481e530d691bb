"""Flask-Admin: list, search, create, edit and delete through the pages."""

import flask
from flask_admin import Admin, BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy


def make_app():
    app = flask.Flask("office")
    app.secret_key = "k" * 32
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    Babel(app)
    db = SQLAlchemy(app)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80))

    class Books(ModelView):
        column_searchable_list = ("title",)
        can_export = True

    class Hello(BaseView):
        @expose("/")
        def index(self):
            return f"hello from {self.endpoint} {flask.url_for('.index')}"

    with app.app_context():
        db.create_all()
    admin = Admin(app, name="Office")
    admin.add_view(Books(Book, db.session))
    admin.add_view(Hello(name="Hello"))
    return app


def run(tell, say):
    client = make_app().test_client()
    tell("home", client.get("/admin/"))
    tell("empty list", client.get("/admin/book/"))
    tell("form", client.get("/admin/book/new/"))
    for title in ("one", "two ü", "<script>"):
        tell("create", client.post("/admin/book/new/", data={"title": title}))
    tell("list", client.get("/admin/book/"))
    tell("search", client.get("/admin/book/?search=two"))
    tell("edit page", client.get("/admin/book/edit/?id=1"))
    tell("edit", client.post("/admin/book/edit/?id=1", data={"title": "changed"}))
    tell("delete", client.post("/admin/book/delete/", data={"id": "2"}))
    tell("export", client.get("/admin/book/export/csv/"))
    page = tell("list after", client.get("/admin/book/?sort=0&desc=1"))
    text = page.get_data(as_text=True)
    say("rows", [word in text for word in ("changed", "two ü", "&lt;script&gt;")])
    tell("own view", client.get("/admin/hello/"))
    tell("static", client.get("/admin/static/admin/css/bootstrap4/admin.css"))
    tell("missing", client.get("/admin/nothing/"))
