"""Settings of pgAdmin, imported by this name: its files are in the folder of a run."""

import os

DATA_DIR = os.path.join(os.environ["STATE"], "pgadmin")
LOG_FILE = os.path.join(DATA_DIR, "pgadmin4.log")
SQLITE_PATH = os.path.join(DATA_DIR, "pgadmin4.db")
SESSION_DB_PATH = os.path.join(DATA_DIR, "sessions")
STORAGE_DIR = os.path.join(DATA_DIR, "storage")
AZURE_CREDENTIAL_CACHE_DIR = os.path.join(DATA_DIR, "azure")
KERBEROS_CCACHE_DIR = os.path.join(DATA_DIR, "kerberos")
UPGRADE_CHECK_ENABLED = False
ENHANCED_COOKIE_PROTECTION = False
