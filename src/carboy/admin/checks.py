"""What may be wrong with a console."""

from collections.abc import Iterator

from flask import Flask
from sqlalchemy.exc import OperationalError

from carboy.core import Check

from .console import AdminConsole
from .errors import AdminSetupError


def check_console(app: Flask, console: AdminConsole) -> Iterator[Check]:
    """Yield what is wrong with a console."""
    try:
        _ = console.admins
    except AdminSetupError as error:
        yield Check("admin.E001", str(error), "Correct the name.")
        return
    except OperationalError:
        # The columns of plain tables are read later; the health check tells it.
        return
    has_guard = console.registrations.guard is not None
    if not has_guard and not console.has_policies and not app.debug:
        yield Check(
            "admin.W001",
            f"Nobody may use the console {console.name!r}: no policy is about it.",
            'Write one: @policy("admin") def may(user): return user.has_role("admin").',
        )
