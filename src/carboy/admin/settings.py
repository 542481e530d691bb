"""Settings of the console."""

from typing import Annotated, ClassVar, Literal

from carboy.core import Section, setting


class AdminSettings(Section, frozen=True, kw_only=True):
    """Settings of the console."""

    prefix: ClassVar[str] = "ADMIN"

    read_only: Annotated[
        bool, setting("Nobody can change anything in the console.")
    ] = False
    history: Annotated[
        Literal["off", "console", "site"],
        setting(
            "Which changes of rows are recorded: those made in the console, all that "
            "the site makes through its session, or none."
        ),
    ] = "console"
