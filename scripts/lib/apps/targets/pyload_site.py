"""pyLoad's core without downloads, and the app of its pages."""

import os

from pyload.core import Core

STATE = os.environ["STATE"]
core = Core(f"{STATE}/user", f"{STATE}/temporary", f"{STATE}/files", dry=True)
core.api.add_user("ann", "secret", role=0)
app = core.webserver.app
