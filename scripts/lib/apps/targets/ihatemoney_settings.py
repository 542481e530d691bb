"""Settings of I Hate Money: its database in the folder of the run."""

import os

SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.environ["STATE"], "money.db")
SECRET_KEY = "a key of this proof"
SESSION_COOKIE_SECURE = False
