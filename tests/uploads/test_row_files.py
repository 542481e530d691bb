"""A file is there if and only if the row that names it was committed."""

import pytest

from carboy.uploads import FileMissingError, UploadError, UploadRefusedError

from .conftest import make_file, make_image


def add_user(shop, name="ann", text=b"hello"):
    user = shop.User(name=name, letter=make_file(text, "letter.txt"))
    shop.db.session.add(user)
    return user


def test_a_committed_file_is_read_with_its_row(shop):
    user = add_user(shop)
    user.avatar = make_file(make_image(), "me.png")
    shop.db.session.commit()
    shop.db.session.expire_all()

    assert user.letter.read() == b"hello"
    assert (user.letter.name, user.letter.size) == ("letter.txt", 5)
    assert user.letter.content_type == "text/plain"
    assert (user.avatar.width, user.avatar.height) == (40, 30)
    assert shop.list_files() == sorted([user.avatar.key, user.letter.key])
    assert user.letter.key.startswith("user.letter/")


def test_a_rollback_removes_the_file(shop):
    add_user(shop)
    shop.db.session.flush()
    assert len(shop.list_files()) == 1

    shop.db.session.rollback()

    assert shop.list_files() == []


def test_a_row_that_is_refused_by_the_database_leaves_no_file(shop):
    add_user(shop)
    shop.db.session.commit()
    before = shop.list_files()

    add_user(shop)
    with pytest.raises(Exception, match="UNIQUE"):
        shop.db.session.commit()
    shop.db.session.rollback()

    assert shop.list_files() == before


def test_a_context_that_ends_without_commit_removes_the_file(make_shop):
    shop = make_shop()

    with shop.app.app_context():
        add_user(shop)
        shop.db.session.flush()

    assert shop.list_files() == []


def test_a_file_that_is_never_flushed_is_never_written(shop):
    add_user(shop)

    shop.db.session.expunge_all()

    assert shop.list_files() == []


def test_a_replaced_file_is_removed_after_the_commit(shop):
    user = add_user(shop)
    shop.db.session.commit()
    old = user.letter

    user.letter = make_file(b"second", "b.txt")
    shop.db.session.flush()
    assert sorted([old.key, user.letter.key]) == shop.list_files()
    shop.db.session.commit()

    assert shop.list_files() == [user.letter.key]
    assert user.letter.read() == b"second"
    with pytest.raises(FileMissingError):
        old.read()


def test_a_replacement_that_is_rolled_back_keeps_the_old_file(shop):
    user = add_user(shop)
    shop.db.session.commit()
    key = user.letter.key

    user.letter = make_file(b"second", "b.txt")
    shop.db.session.flush()
    shop.db.session.rollback()

    assert shop.list_files() == [key]
    assert user.letter.read() == b"hello"


def test_a_deleted_row_takes_its_files_along(shop):
    user = add_user(shop)
    user.avatar = make_file(make_image(), "me.png")
    shop.db.session.commit()

    shop.db.session.delete(user)
    shop.db.session.flush()
    assert len(shop.list_files()) == 2
    shop.db.session.commit()

    assert shop.list_files() == []


def test_none_removes_the_file(shop):
    user = add_user(shop)
    shop.db.session.commit()

    user.letter = None
    shop.db.session.commit()

    assert shop.list_files() == []


def test_a_savepoint_that_is_rolled_back_takes_its_file_along(shop):
    user = add_user(shop)
    shop.db.session.commit()
    key = user.letter.key

    user.name = "bob"
    savepoint = shop.db.session.begin_nested()
    user.letter = make_file(b"second", "b.txt")
    shop.db.session.flush()
    savepoint.rollback()
    shop.db.session.commit()

    assert shop.list_files() == [key]
    assert (user.name, user.letter.read()) == ("bob", b"hello")


def test_a_file_replaced_twice_in_a_transaction_leaves_the_last(shop):
    user = add_user(shop)
    shop.db.session.commit()

    for text in (b"2", b"3"):
        user.letter = make_file(text, "b.txt")
        shop.db.session.flush()
    shop.db.session.commit()

    assert shop.list_files() == [user.letter.key]
    assert user.letter.read() == b"3"


def test_two_rows_never_share_a_file(shop):
    ann = add_user(shop)
    shop.db.session.commit()
    bob = shop.User(name="bob", letter=ann.letter)
    shop.db.session.add(bob)
    shop.db.session.commit()
    assert bob.letter.key != ann.letter.key

    shop.db.session.delete(ann)
    shop.db.session.commit()

    assert bob.letter.read() == b"hello"


def test_a_file_goes_from_one_row_to_another(shop):
    ann = add_user(shop)
    bob = add_user(shop, "bob", b"bob")
    shop.db.session.commit()

    bob.letter, ann.letter = ann.letter, None
    shop.db.session.commit()

    assert bob.letter.read() == b"hello"
    assert shop.list_files() == [bob.letter.key]


def test_the_file_that_another_transaction_wrote_is_removed(shop):
    user = add_user(shop)
    shop.db.session.commit()
    assert user.letter.name == "letter.txt"
    with shop.app.app_context():
        other = shop.db.session.get(shop.User, user.id)
        other.letter = make_file(b"other", "b.txt")
        shop.db.session.commit()

    user.letter = make_file(b"mine", "c.txt")
    shop.db.session.commit()

    assert user.letter.read() == b"mine"
    assert shop.list_files() == [user.letter.key]


def test_a_form_without_a_file_keeps_the_present_one(shop):
    user = add_user(shop)
    shop.db.session.commit()

    user.letter = make_file(b"", "")
    shop.db.session.commit()

    assert user.letter.read() == b"hello"


def test_a_transaction_is_tried_again_with_the_same_file(shop):
    user = add_user(shop)
    shop.db.session.flush()
    shop.db.session.rollback()

    shop.db.session.add(user)
    shop.db.session.commit()

    assert user.letter.read() == b"hello"
    assert shop.list_files() == [user.letter.key]


def test_a_lost_connection_during_the_commit_loses_no_file(shop, monkeypatch):
    """The commit reached the database, and its answer did not come back."""
    user = add_user(shop)
    shop.db.session.flush()
    engine = shop.db.engine
    commit = engine.dialect.do_commit

    def lose(connection):
        commit(connection)
        raise ConnectionResetError("gone")

    monkeypatch.setattr(engine.dialect, "do_commit", lose)
    with pytest.raises(ConnectionResetError):
        shop.db.session.commit()
    monkeypatch.undo()
    shop.db.session.rollback()

    [user] = shop.db.session.scalars(shop.db.select(shop.User)).all()
    assert user.letter.read() == b"hello"


def test_a_refused_file_changes_nothing(shop):
    user = add_user(shop)
    shop.db.session.commit()

    with pytest.raises(UploadRefusedError, match="not accepted"):
        user.letter = make_file(b"\x7fELF" + bytes(60), "letter.txt")
    shop.db.session.commit()

    assert user.letter.read() == b"hello"


def test_other_values_are_refused_with_the_way_out(shop):
    user = add_user(shop)

    with pytest.raises(UploadError, match=r"User.letter cannot be str. Assign a file"):
        user.letter = "letter.txt"


def test_bulk_statements_store_no_files(shop):
    unsaved = shop.User(name="x", letter=make_file(b"x", "x.txt")).letter

    with pytest.raises(Exception, match="bulk statements store no files"):
        shop.db.session.execute(
            shop.db.insert(shop.User).values(name="ann", letter=unsaved)
        )
    shop.db.session.rollback()

    assert shop.list_files() == []


def test_variants_go_with_their_image(shop):
    user = add_user(shop)
    user.avatar = make_file(make_image(), "me.png")
    shop.db.session.commit()
    client = shop.app.test_client()
    with client.get(user.avatar.url("small")) as answer:
        assert answer.status_code == 200
    assert len(shop.list_files()) == 3

    user.avatar = None
    shop.db.session.commit()

    assert shop.list_files() == [user.letter.key]
