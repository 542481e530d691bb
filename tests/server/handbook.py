"""Apps of the shapes that Flask's documentation shows, in our own words."""

import os
import secrets
from pathlib import Path

from flask import (
    Flask,
    flash,
    get_flashed_messages,
    redirect,
    request,
    send_from_directory,
    stream_template_string,
    stream_with_context,
    url_for,
)
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import secure_filename

ROWS = [("pen", 3), ("ink", 12), ("pad", 7)]


def make_app() -> Flask:
    app = Flask("handbook")
    app.secret_key = secrets.token_hex()
    return app


# Behind a proxy: the app is wrapped, and knows how many proxies there are.

proxied = make_app()
proxied.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask documents it
    proxied.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1
)


@proxied.get("/where")
def where() -> dict[str, object]:
    return {
        "client": request.remote_addr,
        "url": request.url,
        "root": request.script_root,
        "secure": request.is_secure,
        "link": url_for("where", _external=True),
    }


# Streaming: a generator, a template, and a generator that needs the request.

streamed = make_app()


@streamed.get("/large.csv")
def send_rows():
    def generate():
        for name, count in ROWS:
            yield f"{name},{count}\n"

    return generate(), {"Content-Type": "text/csv"}


@streamed.get("/table")
def send_table():
    page = "{% for name, count in rows %}<li>{{ name }}: {{ count }}</li>{% endfor %}"
    return stream_template_string(page, rows=iter(ROWS))


@streamed.get("/greet")
def greet():
    @stream_with_context
    def generate():
        yield "Hello "
        yield request.args["name"]
        yield "!"

    return generate()


# Uploads: a form, a check of the name, a file that is saved and given back.

uploads = make_app()
uploads.config["UPLOAD_FOLDER"] = os.environ.get("UPLOADS", ".")
uploads.config["MAX_CONTENT_LENGTH"] = 2_000_000


def is_allowed(name: str) -> bool:
    return "." in name and name.rpartition(".")[2].lower() in {"png", "txt"}


@uploads.route("/", methods=["GET", "POST"])
def take_file():
    if request.method == "POST":
        if "file" not in request.files:
            flash("No file part")
            return redirect(request.url)
        file = request.files["file"]
        if not file.filename:
            flash("No selected file")
            return redirect(request.url)
        if is_allowed(file.filename):
            name = secure_filename(file.filename)
            file.save(Path(uploads.config["UPLOAD_FOLDER"]) / name)
            return redirect(url_for("give_file", name=name))
    return ", ".join(get_flashed_messages()) or "Choose a file"


@uploads.get("/uploads/<name>")
def give_file(name: str):
    return send_from_directory(uploads.config["UPLOAD_FOLDER"], name)


@uploads.errorhandler(413)
def refuse_size(error):
    return "Too much", 413
