"""How a field finds its value."""

from types import SimpleNamespace

from carboy.rest.values import get_value, is_container, list_items, to_mapping


def test_a_name_is_an_item_or_an_attribute():
    assert get_value("a", {"a": 1}) == 1
    assert get_value("a", SimpleNamespace(a=2)) == 2
    assert get_value("a", {}, "none") == "none"
    assert get_value(1, ["x", "y"]) == "y"
    assert get_value("a", "text") is None


def test_a_path_goes_through_both():
    obj = {"author": SimpleNamespace(names={"first": "Ada"})}
    assert get_value("author.names.first", obj) == "Ada"
    assert get_value("author.nothing.first", obj) is None


def test_a_function_is_called():
    assert get_value(len, [1, 2, 3]) == 3


def test_a_text_is_no_container():
    assert is_container([])
    assert is_container({})
    assert not is_container("abc")
    assert not is_container(5)
    assert list_items({1}) == [1]


def test_what_can_be_unpacked():
    class Marshallable:
        def __marshallable__(self):
            return {"a": 1}

    class MarshallableDict(Marshallable, dict):
        pass

    assert to_mapping(MarshallableDict(b=2)) == {"a": 1}
    assert to_mapping(None) is None
    assert to_mapping({"a": 1}) == {"a": 1}
    assert to_mapping(Marshallable()) == {"a": 1}
    assert to_mapping(SimpleNamespace(b=2)) == {"b": 2}
