"""Settings of the console."""

from typing import Annotated, ClassVar

from carboy.core import Section, setting


class AdminSettings(Section, frozen=True, kw_only=True):
    """Settings of the console."""

    prefix: ClassVar[str] = "ADMIN"

    read_only: Annotated[
        bool, setting("Nobody can change anything in the console.")
    ] = False
