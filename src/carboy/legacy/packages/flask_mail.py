"""Flask-Mail: messages, sent after the commit."""

from carboy.legacy.rows import rows_of, same_names

MODULES = ("flask_mail",)
ROWS = (
    *rows_of(
        "flask_mail",
        "",
        same_names("carboy.mail", "Mail Message Attachment Connection email_dispatched")
        | {"BadHeaderError": "carboy.mail:BadHeaderError"},
    ),
)
