"""A site with start and stop hooks and slow async views, for tests of real servers."""

import asyncio
import os
from pathlib import Path

from carboy import Carboy, Settings

NOTES = Path(os.environ["SITE_NOTES"])


def note(text: str) -> None:
    with NOTES.open("a") as file:
        file.write(f"{text} {os.getpid()}\n")


def create_app() -> Carboy:
    settings = Settings(
        profile="testing", secret_key="k" * 40, trusted_hosts=("localhost",)
    )
    app = Carboy("hooked", settings=settings)

    @app.on_start
    def database():
        note("start database")
        yield
        note("stop database")

    @app.on_start
    async def feed():
        if os.environ.get("SITE_BROKEN"):
            raise OSError("the feed is not there")
        note("start feed")

    @app.on_stop
    async def leave():
        await asyncio.sleep(0)
        note("stop feed")

    @app.get("/")
    def home():
        return {"pid": os.getpid()}

    @app.get("/slow")
    async def slow():
        note("slow begins")
        try:
            await asyncio.sleep(60)
        finally:
            note("slow is cleaned up")
        return "slow"

    @app.get("/async")
    async def quick():
        await asyncio.sleep(0)
        return {"pid": os.getpid()}

    return app
