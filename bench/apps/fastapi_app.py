"""FastAPI."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/json")
async def json():
    """Return a dict, as the first steps do."""
    return {"message": "Hello, World!"}
