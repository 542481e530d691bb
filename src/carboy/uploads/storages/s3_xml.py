"""Reads the answers of S3: elements with texts, and nothing else that XML can hold."""

from io import BytesIO
from xml.parsers.expat import ExpatError, ParserCreate

_MAX_DEPTH = 16


class S3AnswerError(ValueError):
    """Raised for an answer that is no XML of S3."""


def parse_elements(data: bytes, name: str) -> list[dict[str, str]]:
    """Return each element of a name as its direct children that have text.

    The element with no name, `""`, is the document.
    """
    found: list[dict[str, str]] = []
    path: list[str] = []
    texts: list[list[str]] = []

    def start(tag: str, _: object) -> None:
        if len(path) >= _MAX_DEPTH:
            raise S3AnswerError("An answer of S3 is nested too deep.")
        path.append(tag)
        texts.append([])
        if tag == name or (not name and len(path) == 1):
            found.append({})

    def end(tag: str) -> None:
        path.pop()
        text = "".join(texts.pop())
        parent = path[-1] if path else None
        if parent is not None and (parent == name or (not name and len(path) == 1)):
            found[-1][tag] = text

    def add(text: str) -> None:
        texts[-1].append(text)

    def refuse(*_: object) -> None:
        # No answer of S3 has one, and entities are declared in it.
        raise S3AnswerError("An answer of S3 has a document type.")

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.ParseFile(BytesIO(data))
    except ExpatError as error:
        raise S3AnswerError("An answer of S3 is no XML.") from error
    return found
