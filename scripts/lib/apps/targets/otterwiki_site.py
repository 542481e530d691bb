"""An Otter Wiki on an empty repository."""

import importlib
import os
import subprocess

STATE = os.environ["STATE"]
os.environ["REPOSITORY"] = f"{STATE}/pages"
os.environ["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{STATE}/users.db"
os.environ["SECRET_KEY"] = "a key of this proof"

if not os.path.isdir(f"{STATE}/pages"):
    subprocess.run(["git", "init", "--quiet", f"{STATE}/pages"], check=True)

app = importlib.import_module("otterwiki.server").app
# They are imported by its program, after the app.
importlib.import_module("otterwiki.views")
