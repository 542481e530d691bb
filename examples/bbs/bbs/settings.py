"""What this board can be told."""

from typing import Annotated

import carboy
from carboy import setting


class Settings(carboy.Settings, frozen=True, kw_only=True):
    """The settings of the board."""

    LANGUAGES = ("en", "zh-CN")

    board_name: Annotated[str, setting("The name above every page.")] = "Glass & Cork"
    topics_per_page: Annotated[int, setting("Topics on a page.", ge=1)] = 10
