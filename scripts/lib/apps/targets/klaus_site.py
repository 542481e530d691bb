"""The browser of Git repositories, with one repository in the folder of the run."""

import os
from pathlib import Path

from dulwich import porcelain
from klaus import make_app

AUTHOR = b"Ann <ann@app.example>"
NEW_YEAR = 1_767_225_600

repository = Path(os.environ["STATE"]) / "shop"
if not repository.exists():
    porcelain.init(repository)
    (repository / "docs").mkdir()
    files = {
        "README.md": "# Shop\n\nA *small* [shop](docs/plan.txt) & café.\n",
        "shop.py": "def total(prices):\n    return sum(prices)\n",
        "docs/plan.txt": "one\ntwo <three>\n",
        "picture.bin": "\0\1\2",
    }
    for number, (name, text) in enumerate(files.items()):
        path = repository / name
        path.write_text(text)
        porcelain.add(repository, [path])
        porcelain.commit(
            repository,
            message=f"Add {name}\n\nBecause it was <missing>.".encode(),
            author=AUTHOR,
            committer=AUTHOR,
            author_timestamp=NEW_YEAR + number * 3600,
            author_timezone=0,
            commit_timestamp=NEW_YEAR + number * 3600,
            commit_timezone=0,
        )
    porcelain.tag_create(repository, b"v1")

app = make_app([str(repository)], "Ann's code", use_smarthttp=True)
