"""The sweeper finds files without a row, and nothing else."""

import os
import time

import pytest

from carboy.uploads.sweep import find_dangling, find_orphans, get_owner

from .conftest import make_file, make_image


@pytest.fixture
def state(shop):
    return shop.app.extensions["carboy_uploads"]


def sweep(shop, *args):
    return shop.app.test_cli_runner().invoke(args=["uploads", *args])


def add_user(shop):
    user = shop.User(
        name="ann",
        avatar=make_file(make_image(), "a.png"),
        letter=make_file(b"x", "x.txt"),
    )
    shop.db.session.add(user)
    shop.db.session.commit()
    with shop.app.test_client().get(user.avatar.url("small")):
        pass
    return user


def test_files_of_rows_and_their_variants_stay(shop):
    add_user(shop)
    before = shop.list_files()
    assert len(before) == 3

    answer = sweep(shop, "sweep", "--age", "0")

    assert answer.exit_code == 0
    assert shop.list_files() == before
    assert sweep(shop, "check", "--age", "0").exit_code == 0


def test_files_without_a_row_go_with_their_variants(shop):
    add_user(shop)
    shop.db.session.execute(shop.db.delete(shop.User))
    shop.db.session.commit()
    assert len(shop.list_files()) == 3
    assert sweep(shop, "check", "--age", "0").exit_code == 1

    answer = sweep(shop, "sweep", "--age", "0")

    assert "3 files without a row" in answer.output
    assert shop.list_files() == []


def test_young_files_wait_for_their_commit(shop):
    user = shop.User(name="ann", letter=make_file(b"x", "x.txt"))
    shop.db.session.add(user)
    shop.db.session.flush()

    sweep(shop, "sweep")

    shop.db.session.commit()
    assert user.letter.read() == b"x"


def test_files_of_unknown_columns_are_left_alone(shop, state):
    state.storage.write("other.photo/ab/abc.png", [b"x"])

    answer = sweep(shop, "sweep", "--age", "0")

    assert "belong to columns that no model declares" in answer.output
    assert shop.list_files() == ["other.photo/ab/abc.png"]


def test_a_database_without_the_table_removes_nothing(shop):
    add_user(shop)
    before = shop.list_files()
    shop.db.drop_all()

    sweep(shop, "sweep", "--age", "0")

    assert shop.list_files() == before


def test_rows_whose_file_is_gone_are_listed(shop, state):
    user = add_user(shop)
    state.storage.delete(user.letter.key)

    answer = sweep(shop, "check")

    assert answer.exit_code == 1
    assert f"The file is gone of user.letter of {user.id}." in answer.output
    assert find_dangling(state, state.list_columns()) == ["user.letter of 1"]


def test_files_that_waited_for_their_form_are_removed_when_it_is_late(shop, state):
    state.storage.write("incoming/ab/abc.txt", [b"x"])
    path = shop.folder / "incoming/ab/abc.txt"
    columns = state.list_columns()

    assert find_orphans(state, columns, older_than=1).orphans == []
    old = time.time() - state.settings.kept_expires - 1
    os.utime(path, (old, old))

    found = find_orphans(state, columns, older_than=1)
    assert found.orphans == ["incoming/ab/abc.txt"]


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        ("user.avatar/ab/c.png", "user.avatar"),
        ("variants/user.avatar/ab/c.png/small-1x1", "user.avatar"),
    ],
)
def test_the_first_part_of_a_key_is_its_owner(key, owner):
    assert get_owner(key) == owner
