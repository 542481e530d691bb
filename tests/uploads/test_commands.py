"""`carboy uploads` says what it finds and removes."""

from .conftest import make_file


def run(shop, *args):
    return shop.app.test_cli_runner().invoke(args=["uploads", *args])


def test_a_site_in_order_exits_with_zero(shop):
    shop.db.session.add(shop.User(name="ann", letter=make_file(b"x", "a.txt")))
    shop.db.session.commit()

    answer = run(shop, "check", "--age", "0")

    assert answer.exit_code == 0
    assert answer.output.startswith("0 files without a row, 0 rows without a file")


def test_an_orphan_is_named_and_removed(shop):
    storage = shop.app.extensions["carboy_uploads"].storage
    storage.write("user.letter/ab/abc.txt", [b"x"])

    answer = run(shop, "check", "--age", "0")
    assert "No row has the file user.letter/ab/abc.txt." in answer.output
    assert answer.exit_code == 1
    assert run(shop, "check").exit_code == 0

    assert (
        "1 files without a row and 0 unfinished"
        in run(shop, "sweep", "--age", "0").output
    )
    assert shop.list_files() == []


def test_what_was_begun_and_never_completed_is_removed(shop):
    storage = shop.app.extensions["carboy_uploads"].storage
    storage.begin("user.letter/ab/abc.txt").add(1, b"x")

    answer = run(shop, "sweep", "--age", "0")

    assert "0 files without a row and 1 unfinished" in answer.output
