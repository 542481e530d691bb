"""The music server, with one account and no music."""

import os

from supysonic.config import DefaultConfig
from supysonic.db import close_connection, open_connection
from supysonic.managers.user import UserManager
from supysonic.web import create_application

STATE = os.environ["STATE"]

config = DefaultConfig()
config.BASE = {**config.BASE, "database_uri": f"sqlite:///{STATE}/music.db"}
config.WEBAPP = {**config.WEBAPP, "cache_dir": f"{STATE}/cache"}
config.DAEMON = {**config.DAEMON, "socket": f"{STATE}/daemon.socket"}

app = create_application(config)
open_connection()
if UserManager.try_auth("ann", "secret") is None:
    UserManager.add("ann", "secret", mail="ann@app.example", admin=True)
close_connection()
