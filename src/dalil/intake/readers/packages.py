"""Zipped workbooks (XLSX and ODS): opening the package, and walking the XML inside it, without trusting either.

A zip's directory says how large each member becomes. Those claims are held against the limits before anything is
unpacked; and since the directory may lie, what is read stops at the claimed size and must match the claimed checksum.
XML comes from `expat`, which never fetches anything; a document type declaration, the only way to declare an entity, is
refused, as no spreadsheet program writes one into a table.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from dalil.errors import HostileFile, PasswordProtected, TruncatedFile, UnreadableFile
from dalil.intake.readers.encodings import open_bytes
from dalil.intake.readers.limits import MIB, Limits
from dalil.intake.readers.sheets import unreadable

PIECE_BYTES = 1 << 16
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


class Package:
    """A zipped workbook whose directory has been checked. A context manager; every member read is checked again."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self._limits = path, limits
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise unreadable(path, error) from None
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise self._cut(str(error)) from None
        try:
            self._members = self._checked()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def size(self, name: str) -> int:
        """Bytes of a member once unpacked, as the directory claims."""
        return self._members[name.lower()].file_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the unpacked bytes of a member; its checksum has been verified when the last one is out."""
        member = self._members.get(name.lower())
        if member is None:
            raise UnreadableFile(
                "The workbook lacks one of its parts.",
                expected=name,
                found="no such part",
                where=self._path.name,
                todo="open it in a spreadsheet program and save it again as .xlsx or .ods",
            )
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(PIECE_BYTES):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OverflowError) as error:
            raise self._cut(f"{name}: {error}") from None
        except OSError as error:
            raise unreadable(self._path, error) from None

    def head(self, name: str, n_bytes: int) -> bytes:
        """The first bytes of a small member, without the promise of its checksum."""
        return next(self.pieces(name), b"")[:n_bytes]

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        limits, listed = self._limits, self._zip.infolist()
        if len(listed) > limits.n_members:
            raise self._hostile("holds too many files", f"at most {limits.n_members}", f"{len(listed)}")
        total = sum(member.file_size for member in listed)
        if total > limits.unpacked_bytes:
            raise self._hostile(
                "would unpack to more than any honest list",
                f"at most {limits.unpacked_bytes // MIB} MiB",
                f"{total // MIB} MiB",
            )
        for member in listed:
            name = member.filename.replace("\\", "/").lstrip("/").lower()
            if name in members:
                raise self._hostile("holds two parts of one name", "each part once", f"{name!a} twice")
            if member.flag_bits & ENCRYPTED:
                raise password_protected(self._path)
            if member.compress_type not in METHODS:
                found = f"method {member.compress_type} for {name!a}"
                raise self._hostile("is packed in an unusual way", "deflate", found)
            if member.file_size > max(limits.ratio_floor_bytes, limits.member_ratio * member.compress_size):
                raise self._hostile(
                    "unpacks like a zip bomb",
                    f"at most {limits.member_ratio} bytes from one",
                    f"{member.file_size} bytes from {member.compress_size} for {name!a}",
                )
            members[name] = member
        return members

    def _hostile(self, what: str, expected: str, found: str) -> HostileFile:
        return HostileFile(
            f"The workbook {what}.",
            expected=expected,
            found=found,
            where=self._path.name,
            todo="do not open it in other programs either; ask whoever sent it for a plain CSV file",
        )

    def _cut(self, what: str) -> TruncatedFile:
        return TruncatedFile(
            "The workbook is damaged or was cut short.",
            expected="a whole zip file, as .xlsx and .ods files are",
            found=what,
            where=self._path.name,
            todo="check that it was copied whole, or ask for it again",
        )


def password_protected(path: Path) -> PasswordProtected:
    """Say that a workbook is encrypted."""
    return PasswordProtected(
        "The workbook is protected with a password.",
        expected="a workbook that opens without one",
        found="encrypted contents",
        where=path.name,
        todo="open it with its password and save a copy without; keep that copy as safe as the original",
    )


@contextmanager
def translated_xml(path: Path, part: str, place: Callable[[], str] = str) -> Iterator[None]:
    """Turn bad XML, and numbers or indexes in it that are none, into an UnreadableFile naming the part and place."""
    try:
        yield
    except expat.ExpatError as error:
        raise misformed(path, f"{part}{place()}, line {error.lineno}", expat.ErrorString(error.code)) from None
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        # Unknown encodings in an XML declaration; attributes that should be numbers; references that lead nowhere.
        known = {"KeyError": "an attribute is missing", "IndexError": "a reference leads nowhere"}
        found = known.get(type(error).__name__, "a value of the wrong kind")
        raise misformed(path, f"{part}{place()}", found) from None


def misformed(path: Path, place: str, found: str) -> UnreadableFile:
    """Say that a part of a workbook breaks its format."""
    return UnreadableFile(
        "A part of the workbook breaks its format.",
        expected="XML as a spreadsheet program writes it",
        found=found,
        where=f"{path.name}, part {place}",
        todo="open it in a spreadsheet program and save it again, or ask for it again",
    )


def xml_parser(path: Path, part: str, *, doctype: bool = False) -> expat.XMLParserType:
    """Make a parser that refuses document type declarations; in ODS manifests of old, those that declare anything."""

    def bomb(*_: object) -> None:
        raise HostileFile(
            "A part of the workbook declares entities, as a file made to exhaust its reader does.",
            expected="XML without a document type declaration",
            found="a document type declaration",
            where=f"{path.name}, part {part}",
            todo="do not open it in other programs either; ask whoever sent it for a plain CSV file",
        )

    def declared(_name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        if has_internal_subset or not doctype:
            bomb()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = bomb
    return parser


def walk(package: Package, path: Path, part: str, *, start: Start, end: End | None = None) -> None:
    """Walk the elements of a part from end to end; their names come without a prefix."""
    parser = xml_parser(path, part, doctype=part.startswith("META-INF/"))
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    with translated_xml(path, part):
        for piece in package.pieces(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)


def digest_file(path: Path) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal."""
    try:
        with open_bytes(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from None


def attribute(attributes: dict[str, str], name: str) -> str | None:
    """An attribute by its name without prefix: producers differ in the prefixes they choose."""
    if name in attributes:
        return attributes[name]
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)
