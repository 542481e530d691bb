"""The functions of a model have the types of its classes."""

from carboy.rest.crud.functions import RowFunctions
from carboy.rest.crud.resource import RowOperations
from tests.rest.crud.shop import Book, BookIn, BookOut, db


def test_annotations_name_the_classes():
    rows = RowOperations(Book, "id", db.session, BookOut, ())
    functions = RowFunctions(rows, BookOut, BookIn)

    assert functions.create().__annotations__ == {"values": BookIn, "return": BookOut}
    assert functions.read().__annotations__["return"] is BookOut
    assert functions.delete().__annotations__["return"] is None
    assert functions.update().__annotations__["values"].__name__ == "BookInPatch"
