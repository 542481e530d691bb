"""Random transactions on rows with files, which end in every way that there is."""

import io
import random
from pathlib import Path

from werkzeug.datastructures import FileStorage

from tests.uploads.conftest import Shop


def make_text(choice, number):
    text = b"%d " % number * choice.randrange(1, 2000)
    return FileStorage(io.BytesIO(text), "letter.txt")


def change_something(shop, choice, number):
    """Insert, replace, remove, delete or swap, maybe in a savepoint."""
    session = shop.db.session
    users = session.scalars(shop.db.select(shop.User)).all()
    action = choice.choice(["insert", "replace", "none", "delete", "swap", "copy"])
    if action == "insert" or len(users) < 2:
        # Names are taken at times: the database refuses the row.
        name = f"user {choice.randrange(12)}"
        session.add(shop.User(name=name, letter=make_text(choice, number)))
    elif action == "delete":
        session.delete(choice.choice(users))
    else:
        one, two = choice.sample(users, 2)
        if action == "replace":
            one.letter = make_text(choice, number)
        elif action == "none":
            one.letter = None
        elif action == "swap":
            one.letter, two.letter = two.letter, one.letter
        else:
            one.letter = two.letter
    session.flush()


def run_transaction(shop, choice, number):
    """Change some rows; commit, roll back, raise, or end the context in the middle."""
    session = shop.db.session
    with shop.app.app_context():
        try:
            for _ in range(choice.randrange(1, 4)):
                change_in_savepoint(shop, choice, number)
            if choice.random() < 0.2:
                fail()
            end = choice.choice([session.commit] * 3 + [session.rollback, lambda: None])
            end()
        except Exception:  # noqa: BLE001 - every view fails in its own way
            session.rollback()


def change_in_savepoint(shop, choice, number):
    """Change something, at times in a savepoint that may be rolled back."""
    if choice.random() < 0.7:
        change_something(shop, choice, number)
        return
    savepoint = shop.db.session.begin_nested()
    change_something(shop, choice, number)
    if choice.random() < 0.5:
        savepoint.rollback()


def fail():
    raise RuntimeError("the view failed")


def run_forever(folder, url, seed, pipe):
    """Run transactions until this process is killed, and send the number of each."""
    shop = Shop(Path(folder), url)
    choice = random.Random(seed)  # noqa: S311 - repeatable
    for number in range(10**9):
        run_transaction(shop, choice, number)
        pipe.send(number)
