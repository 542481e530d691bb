"""The settings of the board."""

from typing import Annotated

import carboy
from carboy import setting


class Settings(carboy.Settings, frozen=True, kw_only=True):
    """The settings of the board, beside those of its batteries."""

    LANGUAGES = ("en", "zh-CN")
    REST_DOCS = "always"

    site_name: Annotated[str, setting("The name above every page.")] = "Glass & Cork"
    site_url: Annotated[str, setting("Address of the site, for mails of tasks.")] = (
        "http://127.0.0.1:5000"
    )
    threads_per_page: Annotated[int, setting("Threads of a list.", ge=1, le=100)] = 20
    posts_per_page: Annotated[int, setting("Posts of a page.", ge=1, le=100)] = 20
