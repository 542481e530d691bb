"""Parse and check mail addresses, and refuse control characters in headers."""

import re
from collections.abc import Iterable
from email.headerregistry import Address
from importlib.util import find_spec
from pkgutil import resolve_name

from .errors import AddressError, BadHeaderError

AddressLike = str | tuple[str | None, str] | list[str] | Address

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_PLAIN = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+")

# The name is taken literally: `parseaddr` drops comments, and all but one of a list.
_NAMED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^"<>,;:@\\]*?))\s*<([^<>]*)>\s*')


def check_header(name: str, value: str) -> str:
    """Return `value`, or raise `BadHeaderError` for a control character in it."""
    if _CONTROL.search(value):
        raise BadHeaderError(
            f"The header {name} has a line break or a control character: {value!r}. "
            f"Remove it; with it, a visitor could add headers and recipients."
        )
    return value


def parse_address(value: AddressLike, header: str = "To") -> Address:
    """Return an address from `"a@b"`, `"Name <a@b>"` or `("Name", "a@b")`.

    The domain is converted to its ASCII form. Raise `AddressError` if it is wrong.
    """
    if isinstance(value, Address):
        name, spec = value.display_name, value.addr_spec
    elif isinstance(value, str):
        check_header(header, value)
        name, spec = _read_text(value, header)
    else:
        name, spec = _read_pair(value, header)
    check_header(header, str(name))
    check_header(header, str(spec))
    local, domain = _split(str(spec), header)
    return Address(str(name), local, domain)


def parse_addresses(values: Iterable[AddressLike], header: str = "To") -> list[Address]:
    """Return the addresses without duplicates, in order."""
    if isinstance(values, str):
        raise AddressError(
            f"{header} is the string {values!r}. Write a list: [{values!r}]."
        )
    addresses: dict[str, Address] = {}
    for value in values:
        address = parse_address(value, header)
        addresses.setdefault(address.addr_spec, address)
    return list(addresses.values())


def _read_text(value: str, header: str) -> tuple[str, str]:
    if _PLAIN.fullmatch(value.strip()):
        return "", value.strip()
    match = _NAMED.fullmatch(value)
    if match is None:
        raise AddressError(
            f"{header}: {value!r} is not one address. Write 'ada@example.com' or "
            f"('Ada', 'ada@example.com'); for several, write a list of them."
        )
    quoted, name, spec = match.groups()
    return name if quoted is None else re.sub(r"\\(.)", r"\1", quoted), spec.strip()


def _read_pair(value: object, header: str) -> tuple[str, str]:
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return str(value[0] or ""), str(value[1])
    raise AddressError(
        f"{header}: {value!r} is not an address. Write 'ada@example.com' or "
        f"('Ada', 'ada@example.com')."
    )


def _split(spec: str, header: str) -> tuple[str, str]:
    local, at, domain = spec.rpartition("@")
    if not at or not _PLAIN.fullmatch(spec):
        raise AddressError(f"{header}: {spec!r} is not a mail address.")
    if find_spec("email_validator") is not None:
        return _validate(spec, header)
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(
            f"{header}: the domain of {spec!r} is not valid: {error}."
        ) from None
    return local, ascii_domain


def _validate(spec: str, header: str) -> tuple[str, str]:
    validate = resolve_name("email_validator:validate_email")
    invalid = resolve_name("email_validator:EmailNotValidError")
    try:
        # Reserved names such as ada@shop.test are what developers and tests use.
        checked = validate(
            spec,
            check_deliverability=False,
            test_environment=True,
            globally_deliverable=False,
        )
    except invalid as error:
        raise AddressError(
            f"{header}: {spec!r} is not a mail address: {error}"
        ) from None
    return str(checked.local_part), str(checked.ascii_domain)
