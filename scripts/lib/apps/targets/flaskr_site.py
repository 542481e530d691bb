"""The site of Flask's tutorial, with its database in the folder of the run."""

import os

from flaskr import create_app
from flaskr.db import init_db

app = create_app({
    "SECRET_KEY": "a key of this proof",
    "DATABASE": os.path.join(os.environ["STATE"], "flaskr.sqlite"),
})
with app.app_context():
    init_db()
