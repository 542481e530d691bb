"""Notes of decorators: the later ones win, and nothing is shared by accident."""

from carboy.rest.resource_notes import (
    ResourceNotes,
    ResponseNote,
    add_notes,
    make_notes,
    merge_notes,
    read_notes,
)


def test_the_later_notes_win():
    first = ResourceNotes(id="a", params={"x": {"in": "query", "description": "old"}})
    second = ResourceNotes(params={"x": {"description": "new"}})

    merged = merge_notes(first, second)

    assert merged.params == {"x": {"in": "query", "description": "new"}}
    assert merged.id == "a"
    assert first.params["x"]["description"] == "old"


def test_notes_of_a_class_are_not_those_of_its_parent():
    class Parent:
        pass

    class Child(Parent):
        pass

    add_notes(Parent, ResourceNotes(id="parent"))

    assert read_notes(Child) == ResourceNotes()


def test_options_become_notes():
    notes = make_notes({"responses": {"404": "None"}, "model": dict, "get": False})

    assert notes.responses[404] == ResponseNote("None")
    assert notes.responses[200].model is dict
    assert notes.methods["get"].is_hidden
