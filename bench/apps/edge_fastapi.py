"""Uploads, downloads, large JSON and a waiting view, on FastAPI."""

import asyncio

from fastapi import FastAPI, Request, Response

from apps.edge_work import ITEMS, MEGABYTE, NAP

app = FastAPI()


@app.get("/json")
async def json():
    """Return a response that shows that the server has started."""
    return {"message": "Hello, World!"}


@app.post("/upload")
async def upload(request: Request):
    """Read the whole body."""
    return {"size": len(await request.body())}


@app.get("/download")
async def download():
    """Return a megabyte that is in memory."""
    return Response(MEGABYTE, media_type="application/octet-stream")


@app.get("/items")
async def items():
    """Return 100 kB of JSON."""
    return ITEMS


@app.get("/nap")
async def nap():
    """Wait asynchronously, without a thread."""
    await asyncio.sleep(NAP)
    return {"message": "rested"}
