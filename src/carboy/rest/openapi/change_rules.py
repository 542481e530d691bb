"""The rules by which two OpenAPI documents are compared: one table, by id."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """What a change means for clients that were written before it."""

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"


class Direction(StrEnum):
    """Who sends a value: the client in a request, the site in a response."""

    REQUEST = "request"
    RESPONSE = "response"


class _Effect(StrEnum):
    """What a change does to the set of values that a schema allows."""

    NARROWS = "narrows"
    WIDENS = "widens"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A kind of change; `text` has fields in braces."""

    id: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A change between two documents."""

    id: str
    severity: Severity
    place: str
    text: str


_BREAKING, _WARNING, _INFO = Severity.BREAKING, Severity.WARNING, Severity.INFO

_OPERATIONS = (
    ("path-added", _INFO, "the path is new"),
    ("path-removed", _BREAKING, "the path was removed"),
    ("operation-added", _INFO, "the operation is new"),
    ("operation-removed", _BREAKING, "the operation was removed without deprecation"),
    (
        "operation-removed-after-deprecation",
        _INFO,
        "the operation was removed; it was deprecated before",
    ),
    (
        "operation-removed-before-sunset",
        _BREAKING,
        "the operation was removed before its sunset, {old}",
    ),
    ("operation-deprecated", _INFO, "the operation is deprecated"),
    ("operation-restored", _INFO, "the operation is no longer deprecated"),
    ("sunset-invalid", _BREAKING, "the sunset {new} is no date (YYYY-MM-DD)"),
    ("sunset-removed", _BREAKING, "the sunset {old} of the operation was removed"),
    ("sunset-earlier", _BREAKING, "the sunset moved from {old} to {new}, earlier"),
    ("sunset-later", _INFO, "the sunset moved from {old} to {new}, later"),
    ("operation-id-added", _INFO, "the operation has an id now, {new}"),
    ("operation-id-changed", _WARNING, "the id changed from {old} to {new}"),
    ("operation-id-removed", _WARNING, "the operation lost its id {old}"),
    ("tag-added", _INFO, "the operation has a new tag, {new}"),
    ("tag-removed", _INFO, "the operation lost its tag {old}"),
    ("required-parameter-added", _BREAKING, "a required parameter was added"),
    ("optional-parameter-added", _INFO, "an optional parameter was added"),
    ("parameter-removed", _WARNING, "the parameter was removed"),
    ("parameter-became-required", _BREAKING, "the parameter became required"),
    ("parameter-became-optional", _INFO, "the parameter became optional"),
    ("parameter-deprecated", _INFO, "the parameter is deprecated"),
    ("parameter-restored", _INFO, "the parameter is no longer deprecated"),
    (
        "parameter-style-changed",
        _BREAKING,
        "the parameter is written in another way: {old} became {new}",
    ),
    ("required-body-added", _BREAKING, "a required request body was added"),
    ("optional-body-added", _INFO, "an optional request body was added"),
    ("body-removed", _BREAKING, "the request body was removed"),
    ("body-became-required", _BREAKING, "the request body became required"),
    ("body-became-optional", _INFO, "the request body became optional"),
    ("request-media-type-added", _INFO, "the body may also be {new}"),
    ("request-media-type-removed", _BREAKING, "the body may no longer be {old}"),
    ("response-media-type-added", _INFO, "the response may also be {new}"),
    (
        "response-media-type-removed",
        _BREAKING,
        "the response is no longer given as {old}",
    ),
    ("success-status-added", _INFO, "a successful status was added, {new}"),
    ("success-status-removed", _BREAKING, "the successful status {old} was removed"),
    ("error-status-added", _INFO, "a status of errors was added, {new}"),
    ("error-status-removed", _INFO, "the status {old} of errors was removed"),
    ("header-added", _INFO, "a header was added to the response"),
    ("required-header-removed", _BREAKING, "a header that was always sent was removed"),
    ("optional-header-removed", _INFO, "a header that was sometimes sent was removed"),
    ("header-became-required", _INFO, "the header is always sent now"),
    ("header-became-optional", _BREAKING, "the header is no longer always sent"),
    ("security-added", _BREAKING, "credentials are needed now: {new}"),
    ("security-dropped", _INFO, "credentials are no longer needed: {old}"),
    ("credentials-accepted", _INFO, "other credentials are accepted too: {new}"),
    ("credentials-refused", _BREAKING, "credentials are no longer accepted: {old}"),
    ("scope-added", _BREAKING, "{old} needs one more scope now, {new}"),
    ("scope-removed", _INFO, "{new} needs one scope less, {old}"),
    ("security-scheme-added", _INFO, "the kind of credentials is new"),
    ("security-scheme-removed", _INFO, "the kind of credentials was removed"),
    (
        "security-scheme-changed",
        _BREAKING,
        "the credentials are sent in another way: {old} became {new}",
    ),
    ("server-added", _INFO, "the server {new} is new"),
    ("server-removed", _WARNING, "the server {old} was removed"),
)

# Of requests alone or of responses alone, or with a severity of their own.
_PROPERTIES = (
    ("request-required-property-added", _BREAKING, "a required property was added"),
    ("request-property-added", _INFO, "an optional property was added"),
    ("request-property-removed", _WARNING, "the property was removed"),
    (
        "request-property-refused",
        _BREAKING,
        "the property was removed, and unknown properties are refused",
    ),
    ("response-property-added", _INFO, "a property was added"),
    ("response-property-removed", _INFO, "an optional property was removed"),
    (
        "response-required-property-removed",
        _BREAKING,
        "a property that was always sent was removed",
    ),
    ("request-additional-closed", _BREAKING, "unknown properties are refused now"),
    ("request-additional-opened", _INFO, "unknown properties are accepted now"),
    ("response-additional-closed", _INFO, "there are no unknown properties any more"),
    ("response-additional-opened", _INFO, "there may be unknown properties now"),
)

_SCHEMAS = (
    ("type-changed", _Effect.DIFFERS, "the type changed from {old} to {new}"),
    ("type-narrowed", _Effect.NARROWS, "the type narrowed from {old} to {new}"),
    ("type-widened", _Effect.WIDENS, "the type widened from {old} to {new}"),
    ("null-added", _Effect.WIDENS, "the value may be null now"),
    ("null-removed", _Effect.NARROWS, "the value may no longer be null"),
    ("format-added", _Effect.NARROWS, "the format {new} was added"),
    ("format-removed", _Effect.WIDENS, "the format {old} was removed"),
    ("format-narrowed", _Effect.NARROWS, "the format narrowed from {old} to {new}"),
    ("format-widened", _Effect.WIDENS, "the format widened from {old} to {new}"),
    ("format-changed", _Effect.DIFFERS, "the format changed from {old} to {new}"),
    ("enum-added", _Effect.NARROWS, "the value must be one of {new} now"),
    ("enum-removed", _Effect.WIDENS, "the value may be others than {old} now"),
    ("enum-value-added", _Effect.WIDENS, "the value {new} was added"),
    ("enum-value-removed", _Effect.NARROWS, "the value {old} was removed"),
    ("pattern-added", _Effect.NARROWS, "the pattern {new} was added"),
    ("pattern-removed", _Effect.WIDENS, "the pattern {old} was removed"),
    ("pattern-changed", _Effect.UNKNOWN, "the pattern changed from {old} to {new}"),
    ("multiple-added", _Effect.NARROWS, "the value must be a multiple of {new} now"),
    ("multiple-removed", _Effect.WIDENS, "the value need not be a multiple of {old}"),
    ("multiple-narrowed", _Effect.NARROWS, "multiples of {old} became those of {new}"),
    ("multiple-widened", _Effect.WIDENS, "multiples of {old} became those of {new}"),
    ("multiple-changed", _Effect.DIFFERS, "multiples of {old} became those of {new}"),
    ("unique-added", _Effect.NARROWS, "no item may be there twice now"),
    ("unique-removed", _Effect.WIDENS, "an item may be there twice now"),
    ("items-added", _Effect.NARROWS, "the kind of the items is declared now"),
    ("items-removed", _Effect.WIDENS, "the kind of the items is no longer declared"),
    ("tuple-changed", _Effect.DIFFERS, "the number of positions changed: {old}, {new}"),
    ("alternative-added", _Effect.WIDENS, "the value may also be {new}"),
    ("alternative-removed", _Effect.NARROWS, "the value may no longer be {old}"),
    ("property-became-required", _Effect.NARROWS, "the property became required"),
    ("property-became-optional", _Effect.WIDENS, "the property became optional"),
    ("exclusion-added", _Effect.NARROWS, "some values are excluded now (`not`)"),
    ("exclusion-removed", _Effect.WIDENS, "fewer values are excluded now (`not`)"),
    ("exclusion-changed", _Effect.UNKNOWN, "other values are excluded now (`not`)"),
    ("default-added", _Effect.NONE, "the default {new} was added"),
    ("default-changed", _Effect.NONE, "the default changed from {old} to {new}"),
    ("default-removed", _Effect.NONE, "the default {old} was removed"),
    ("discriminator-changed", _Effect.NONE, "the discriminator changed"),
    ("read-only-added", _Effect.NONE, "the property is read-only now"),
    ("read-only-removed", _Effect.NONE, "the property is no longer read-only"),
    ("write-only-added", _Effect.NONE, "the property is write-only now"),
    ("write-only-removed", _Effect.NONE, "the property is no longer write-only"),
    ("property-deprecated", _Effect.NONE, "the property is deprecated"),
    ("property-restored", _Effect.NONE, "the property is no longer deprecated"),
)

# Keywords with a number: does a higher number allow less?
LIMITS = MappingProxyType({
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "minItems": True,
    "minProperties": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
    "maxItems": False,
    "maxProperties": False,
})


def _judge(effect: _Effect, direction: Direction) -> Severity:
    """Return what an effect means: requests may widen, responses may narrow."""
    if effect is _Effect.NONE:
        return _INFO
    if effect is _Effect.UNKNOWN:
        return _WARNING
    harmless = _Effect.WIDENS if direction is Direction.REQUEST else _Effect.NARROWS
    return _INFO if effect is harmless else _BREAKING


def _list_limits() -> Iterator[tuple[str, _Effect, str]]:
    for keyword, lower in LIMITS.items():
        raised = _Effect.NARROWS if lower else _Effect.WIDENS
        lowered = _Effect.WIDENS if lower else _Effect.NARROWS
        text = f"{keyword} went from {{old}} to {{new}}"
        yield f"{keyword}-added", _Effect.NARROWS, f"{keyword} {{new}} was added"
        yield f"{keyword}-removed", _Effect.WIDENS, f"{keyword} {{old}} was removed"
        yield f"{keyword}-raised", raised, text
        yield f"{keyword}-lowered", lowered, text


def _list_rules() -> Iterator[ChangeRule]:
    for name, severity, text in (*_OPERATIONS, *_PROPERTIES):
        yield ChangeRule(name, severity, text)
    for name, effect, text in (*_SCHEMAS, *_list_limits()):
        for direction in Direction:
            yield ChangeRule(f"{direction}-{name}", _judge(effect, direction), text)


CHANGE_RULES = MappingProxyType({rule.id: rule for rule in _list_rules()})


class ChangeReport:
    """The changes that a comparison has met, each once."""

    def __init__(self) -> None:
        self._changes: dict[DocumentChange, None] = {}

    def add(
        self,
        name: str,
        place: str,
        *,
        old: object = "",
        new: object = "",
        harmless: bool = False,
    ) -> None:
        """Add a change by the id of its rule; `harmless`: it reaches no client."""
        rule = CHANGE_RULES[name]
        severity = Severity.INFO if harmless else rule.severity
        text = rule.text.format(old=old, new=new)
        self._changes[DocumentChange(name, severity, place, text)] = None

    def sorted(self) -> list[DocumentChange]:
        """Return the changes, those that break clients first."""
        order = list(Severity)
        return sorted(self._changes, key=lambda change: order.index(change.severity))
