"""Litestar."""

from litestar import Litestar, get


@get("/json")
async def json() -> dict[str, str]:
    """Return a dict."""
    return {"message": "Hello, World!"}


app = Litestar(route_handlers=[json])
