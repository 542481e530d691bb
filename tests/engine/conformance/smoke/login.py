"""Flask-Login: a page for members, login, remember-me, logout."""

import flask
import flask_login


class Member(flask_login.UserMixin):
    """A user who is only a name."""

    def __init__(self, name):
        self.id = name


def make_app():
    app = flask.Flask("members")
    app.secret_key = "k" * 32
    manager = flask_login.LoginManager(app)
    manager.login_view = "login"
    manager.user_loader(lambda name: Member(name) if name in {"ada", "bob"} else None)

    @app.route("/login", methods=["GET", "POST"])
    def login():
        if flask.request.method == "GET":
            return str(flask.get_flashed_messages(with_categories=True))
        remember = "remember" in flask.request.form
        flask_login.login_user(Member(flask.request.form["name"]), remember=remember)
        return flask.redirect(flask.request.args.get("next") or "/")

    @app.get("/members")
    @flask_login.login_required
    def members():
        return f"hello {flask_login.current_user.id}"

    @app.get("/fresh")
    @flask_login.fresh_login_required
    def fresh():
        return "fresh"

    @app.get("/")
    def index():
        user = flask_login.current_user
        return flask.render_template_string(
            "{{ current_user.is_authenticated }} {{ name }}", name=user.get_id()
        )

    @app.post("/logout")
    def logout():
        return str(flask_login.logout_user())

    return app


def run(tell, say):
    app = make_app()
    client = app.test_client()
    tell("anonymous index", client.get("/"))
    tell("anonymous member page", client.get("/members"))
    tell("login page", client.get("/login"))
    tell("login", client.post("/login?next=/members", data={"name": "ada"}))
    tell("member page", client.get("/members"))
    tell("index", client.get("/"))
    tell("fresh", client.get("/fresh"))
    tell("logout", client.post("/logout"))
    tell("member page after logout", client.get("/members"))
    tell("unknown user", client.post("/login", data={"name": "eve"}))
    tell("unknown user, member page", client.get("/members"))
    other = app.test_client()
    tell("remember", other.post("/login", data={"name": "bob", "remember": "1"}))
    other.delete_cookie("session")
    tell("remembered", other.get("/members"))
    tell("remembered is not fresh", other.get("/fresh"))
    with app.test_request_context("/"):
        flask_login.login_user(Member("ada"))
        say("in a test context", flask_login.current_user.id)
