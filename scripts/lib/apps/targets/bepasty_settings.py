"""Settings of bepasty: files in the folder of the run, and one user who may do all."""

import os

SECRET_KEY = "a key of this proof"
SESSION_COOKIE_SECURE = False
STORAGE_FILESYSTEM_DIRECTORY = os.environ["STATE"]
PERMISSIONS = {"secret": "admin,list,create,read,delete,modify"}
DEFAULT_PERMISSIONS = "read"
