"""The browser of SQLite files, with one file in the folder of the run."""

import os
import sqlite3
from pathlib import Path

from sqlite_web.sqlite_web import app, initialize_app

path = Path(os.environ["STATE"]) / "shop.db"
if not path.exists():
    with sqlite3.connect(path) as database:
        database.executescript("""
            CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE purchase (
                id INTEGER PRIMARY KEY,
                customer_id INTEGER REFERENCES customer (id),
                amount REAL
            );
            CREATE INDEX purchase_customer ON purchase (customer_id);
            INSERT INTO customer (name) VALUES ('Ann'), ('Bøb'), ('<Eve>');
            INSERT INTO purchase (customer_id, amount) VALUES (1, 2.5), (2, NULL);
        """)
app.secret_key = "a key of this proof"
app.config.update(
    ROWS_PER_PAGE=50,
    QUERY_ROWS_PER_PAGE=1000,
    BLOB_AS_BASE64=False,
    TRUNCATE_VALUES=True,
    ENABLE_LOAD=False,
    ENABLE_FILESYSTEM=False,
)
initialize_app([str(path)])
