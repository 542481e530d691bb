"""Starlette."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def json(request):
    """Return JSON."""
    return JSONResponse({"message": "Hello, World!"})


app = Starlette(routes=[Route("/json", json)])
