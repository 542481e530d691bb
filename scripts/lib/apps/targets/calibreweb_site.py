"""Calibre-Web, built as its program does it, without its own server."""

import contextlib
import importlib
import os
import sys

sys.argv = ["cps", "-p", os.path.join(os.environ["STATE"], "settings.db")]
# Puts its own folder on the path.
importlib.import_module("calibreweb")
cps = importlib.import_module("cps")

cps.web_server.start = lambda: True
with contextlib.suppress(SystemExit):
    importlib.import_module("cps.main").main()
app = cps.app
