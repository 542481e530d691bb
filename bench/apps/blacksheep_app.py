"""BlackSheep."""

from blacksheep import Application, get, json

app = Application()


@get("/json")
async def answer():
    """Return JSON."""
    return json({"message": "Hello, World!"})
