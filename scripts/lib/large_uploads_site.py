"""The site that `large_uploads.py` sends files to."""

import os
from typing import Any

from flask import Flask, request
from sqlalchemy.orm import Mapped, mapped_column

from carboy.db import SQLAlchemy
from carboy.uploads import Attached, AttachedFile, Uploads, attachment
from carboy.uploads.resumable import ResumableUploads

db = SQLAlchemy()
uploads = Uploads()
app = Flask("cinema", instance_path=os.environ["CINEMA_FOLDER"])
app.config.update(
    SECRET_KEY="k" * 32,
    DATABASE_URL=f"sqlite:///{os.environ['CINEMA_FOLDER']}/cinema.sqlite",
    UPLOADS_STORAGE=os.environ.get("CINEMA_STORAGE", "local:uploads"),
    MAX_CONTENT_LENGTH=1024**3,
)


class Film(db.Model):
    """A film."""

    id: Mapped[int] = mapped_column(primary_key=True)
    video: Attached[AttachedFile | None] = attachment(max_size="5 GB")


db.init_app(app)
uploads.init_app(app)
videos = ResumableUploads("videos", Film.video, allow=lambda: True)
app.register_blueprint(videos, url_prefix="/videos")
with app.app_context():
    db.create_all()


@app.get("/")
def home() -> str:
    """Return a page that shows that the server has started."""
    return "cinema"


@app.post("/films")
def create_film() -> dict[str, Any]:
    """Store a film that came in parts, or in this form."""
    found = videos.find("video")
    film = Film(video=found)
    db.session.add(film)
    db.session.commit()
    video = film.video
    if video is None:
        return {"fields": list(request.form)}
    return {"key": video.key, "size": video.size, "digest": video.digest}
