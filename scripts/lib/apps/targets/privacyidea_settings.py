"""Settings of privacyIDEA: its files are in the folder of a run."""

import os

STATE = os.environ["STATE"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{STATE}/privacyidea.sqlite"
SECRET_KEY = "a key of this proof"
PI_PEPPER = "a pepper of this proof"
PI_ENCFILE = f"{STATE}/enckey"
PI_AUDIT_KEY_PRIVATE = f"{STATE}/private.pem"
PI_AUDIT_KEY_PUBLIC = f"{STATE}/public.pem"
PI_LOGFILE = f"{STATE}/privacyidea.log"
PI_UUID_FILE = f"{STATE}/uuid.txt"
SUPERUSER_REALM = ["super"]
