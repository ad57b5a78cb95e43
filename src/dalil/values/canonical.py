"""The one byte form of a value that is hashed or signed (RFC 8785, for the values dalil allows).

Allowed: objects with ASCII keys, arrays, NFC strings, whole numbers up to 2^53 - 1, true, false, null. There are no
floating-point numbers in anything dalil signs: scores are whole parts per million, dates are EDTF text. Within that
restriction the standard library's sorted JSON gives the same bytes as RFC 8785, six times faster than the general
library; a property test compares the two.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Final, TypeAlias

from dalil.errors import Bug, WrongValue

JsonScalar: TypeAlias = str | int | bool | None
JsonValue: TypeAlias = "JsonScalar | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = "dict[str, JsonValue]"

MAX_INTEGER: Final = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical_bytes(value: object) -> bytes:
    """Encode ``value`` as canonical JSON in UTF-8.

    The caller answers for the restrictions (:func:`check_canonical` tests them); this function is on the hot path and
    refuses only what cannot be encoded at all.

    Raises
    ------
    WrongValue
        A string holds half a surrogate pair, which no UTF-8 can carry.
    Bug
        A value of a type JSON does not have.
    """
    try:
        return _encode(value).encode()
    except UnicodeEncodeError as error:
        raise WrongValue(
            "A text cannot be written as UTF-8.",
            expected="whole Unicode characters",
            found=f"half of a surrogate pair at character {error.start}",
            todo="Ask for the text again from its source.",
        ) from None
    except (TypeError, ValueError) as error:
        raise Bug("A value outside JSON reached the canonical encoder.", found=type(error).__name__) from error


def parse_canonical(data: bytes) -> JsonValue:
    """Read canonical bytes back; refuse bytes that are not in canonical form.

    Raises
    ------
    WrongValue
        Not JSON, or JSON that is not written canonically.
    """
    try:
        value: JsonValue = json.loads(data)
    except (ValueError, RecursionError):
        raise WrongValue("Bytes that should be canonical JSON are not JSON.", expected="JSON in UTF-8") from None
    check_canonical(value)
    if canonical_bytes(value) != data:
        raise WrongValue(
            "JSON that should be canonical is not.", expected="RFC 8785 byte form", found="another spelling of the same"
        )
    return value


def check_canonical(value: object, where: str = "value") -> None:
    """Raise :class:`WrongValue` unless ``value`` keeps every restriction of the canonical form."""
    match value:
        case None | bool():
            return
        case int():
            if abs(value) > MAX_INTEGER:
                raise WrongValue("A number is too large to be kept exactly.", expected="|n| <= 2^53 - 1", where=where)
        case str():
            if not unicodedata.is_normalized("NFC", value):
                raise WrongValue("A text is not in normal form.", expected="Unicode NFC", where=where)
        case list() | tuple():
            for number, item in enumerate(value):
                check_canonical(item, f"{where}[{number}]")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise WrongValue("An object key is not ASCII text.", expected="ASCII keys", where=where)
                check_canonical(item, f"{where}.{key}")
        case _:
            raise WrongValue(
                "A value has a type that is never signed.",
                expected="text, whole number, true, false, null, list or object",
                found=type(value).__name__,
                where=where,
            )
