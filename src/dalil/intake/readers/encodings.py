"""Which encoding a text file is in, and proof that all of it decodes.

UTF-8 is believed until a byte contradicts it; UTF-16 when it has a byte order mark or can be nothing else; Windows-1256
when the file is not UTF-8 and reads as Arabic in that code page (see `reads_as_arabic`). Nothing is ever replaced: a
byte that does not decode is an error with its line and place.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dalil.errors import UnreadableFile, WrongMapping
from dalil.intake.readers.sheets import unreadable

PIECE_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 16

NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-16be": "utf-16-be",
    "windows-1256": "windows-1256",
    "cp1256": "windows-1256",
    "iso-8859-6": "iso-8859-6",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
"""What a mapping may write for an encoding, and what dalil calls it."""

CODECS = {name: name.replace("windows-", "cp") for name in NAMES.values()}

# Windows-1256, by bytes. Letters and vowel signs of Arabic, Persian and Urdu; the four most telling of them; signs that
# occur in Arabic text without being letters (punctuation, quotation marks, joiners, direction marks, no-break space).
ARABIC_1256 = bytes(
    b for b in range(0x80, 0x100) if "؀" <= bytes([b]).decode("cp1256") <= "ۿ" and b not in (0xA1, 0xBA, 0xBF)
)
COMMON_1256 = "المينو".encode("cp1256")
SIGNS_1256 = bytes([0x85, *range(0x91, 0x98), 0x9D, 0x9E, 0xA0, 0xA1, 0xAB, 0xBA, 0xBB, 0xBF, 0xFD, 0xFE])
ASCII_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Thresholds measured on running text and on lists of names in Arabic, and on French, German, Spanish, Turkish, Greek,
# Hebrew and Russian in their own code pages: tests/unit/intake/readers/test_encodings.py holds both sides apart.
LEAST_ARABIC_LETTERS = 12
LEAST_ARABIC_SHARE = 0.97
LEAST_COMMON_SHARE = 0.25
MOST_BESIDE_LATIN_SHARE = 0.03


class Mark(NamedTuple):
    """A byte order mark, and the encoding it announces."""

    mark: bytes
    encoding: str


MARKS = (
    Mark(codecs.BOM_UTF8, "utf-8"),
    Mark(codecs.BOM_UTF16_LE, "utf-16-le"),
    Mark(codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSurvey:
    """What one pass over a text file found: its digest, and the encoding in which every byte of it decodes."""

    digest: str
    n_bytes: int
    encoding: str
    n_mark_bytes: int
    notes: tuple[str, ...]

    def open(self, path: Path) -> io.TextIOWrapper:
        """Open the file as text after its byte order mark, with its line ends untouched."""
        stream = open_bytes(path)
        stream.seek(self.n_mark_bytes)
        return io.TextIOWrapper(stream, encoding=CODECS[self.encoding], errors="strict", newline="")


def survey_text(path: Path, *, given: str | None) -> TextSurvey:
    """Read a text file once: digest it, find its encoding, prove that it decodes and holds no NUL.

    Parameters
    ----------
    path : Path
    given : str or None
        The encoding a mapping names; it is then used or refused, never replaced by another.

    Raises
    ------
    UnreadableFile
        A byte that does not decode, or a NUL, with its line and place in the file.
    WrongMapping
        `given` is not an encoding dalil reads, or contradicts the file's byte order mark.
    """
    encoding, n_mark_bytes, notes = _choose(path, given)
    digest = hashlib.sha256()
    check = _Check(encoding, offset=n_mark_bytes)
    n_bytes = 0
    for piece in _pieces(path):
        digest.update(piece)
        check.feed(piece[max(0, n_mark_bytes - n_bytes) :])
        n_bytes += len(piece)
    check.feed(b"", final=True)
    fault = check.fault
    if fault is not None and given is None and encoding == "utf-8" and not n_mark_bytes and fault.reason != NUL:
        share = reads_as_arabic(_sample_around(path, fault.offset))
        if share is not None:
            encoding, notes = "windows-1256", [_note_1256(path, fault.offset, share)]
            fault = _find_nul(path)
    if fault is not None:
        raise _undecodable(path, fault, encoding)
    return TextSurvey(
        digest=digest.hexdigest(), n_bytes=n_bytes, encoding=encoding, n_mark_bytes=n_mark_bytes, notes=tuple(notes)
    )


def reads_as_arabic(sample: bytes) -> float | None:
    """Judge whether bytes are Arabic in Windows-1256; the share of Arabic among non-ASCII bytes, or None if they are
    not.

    Every byte means something in Windows-1256, so decoding proves nothing. Four things must hold together: enough
    letters to judge by; nearly all non-ASCII bytes are Arabic letters or signs that go with them (European, Greek,
    Hebrew and Cyrillic code pages and broken UTF-8 give accented Latin letters or symbols); Arabic letters do not
    stand beside Latin ones inside a word (accents in Spanish, German or Turkish do); and the letters ا ل م ي ن و make
    up a good part, as they do in any Arabic (Russian in KOI8-R passes all tests but this).
    """
    beyond = bytes(b for b in sample if b >= 0x80)
    letters = beyond.translate(None, bytes(b for b in range(0x80, 0x100) if b not in ARABIC_1256))
    if len(letters) < LEAST_ARABIC_LETTERS:
        return None
    n_signs = sum(beyond.count(sign) for sign in SIGNS_1256)
    share = (len(letters) + n_signs) / len(beyond)
    common = sum(letters.count(letter) for letter in COMMON_1256) / len(letters)
    kinds = sample.translate(_KINDS)
    beside = (kinds.count(b"La") + kinds.count(b"aL")) / len(letters)
    passes = share >= LEAST_ARABIC_SHARE and common >= LEAST_COMMON_SHARE and beside <= MOST_BESIDE_LATIN_SHARE
    return share if passes else None


_KINDS = bytes(0x61 if b in ARABIC_1256 else 0x4C if b in ASCII_LETTERS else 0x20 for b in range(256))


NUL = "NUL"


class _Fault(NamedTuple):
    offset: int
    reason: str


class _Check:
    """Decodes a file piece by piece until the first byte that does not, and keeps that byte's place."""

    def __init__(self, encoding: str, *, offset: int) -> None:
        self.fault: _Fault | None = None
        self._codec = CODECS[encoding]
        self._decoder = codecs.getincrementaldecoder(self._codec)("strict")
        self._offset = offset

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        if self.fault is not None:
            return
        start = self._offset - len(self._decoder.getstate()[0])
        self._offset += len(piece)
        try:
            text = self._decoder.decode(piece, final)
        except UnicodeDecodeError as error:
            self.fault = _Fault(start + error.start, error.reason)
            return
        place = text.find("\0")
        if place >= 0:
            self.fault = _Fault(start + len(text[:place].encode(self._codec)), NUL)


def _choose(path: Path, given: str | None) -> tuple[str, int, list[str]]:
    with open_bytes(path) as stream:
        head = stream.read(SAMPLE_BYTES)
    found = next((m for m in MARKS if head.startswith(m.mark)), None)
    if given is not None:
        return _choose_given(given, found, path)
    if found is not None:
        return found.encoding, len(found.mark), []
    for name in ("utf-16-le", "utf-16-be"):
        if is_plainly_utf16(head, name):
            return name, 0, [f"read as {name}: no byte order mark, but it can be nothing else"]
    return "utf-8", 0, []


def _choose_given(given: str, found: Mark | None, path: Path) -> tuple[str, int, list[str]]:
    name = NAMES.get(given.strip().lower().replace("_", "-"))
    if name is None:
        raise WrongMapping(
            f"dalil does not read the encoding {given!a}.",
            expected="one of " + ", ".join(sorted(set(NAMES.values()))),
            found=ascii(given),
            where="reader: encoding",
            todo="correct the mapping, or leave the encoding out to have it found",
        )
    if found is None:
        if name == "utf-16":
            return "utf-16-le", 0, ["read as utf-16-le: the file has no byte order mark, and little end first is usual"]
        return name, 0, []
    if name not in (found.encoding, found.encoding[: len("utf-16")]):
        raise WrongMapping(
            f"The mapping says {name}, but the file begins with the byte order mark of {found.encoding}.",
            expected=name,
            found=found.encoding,
            where=f"{path.name}, byte 1; reader: encoding",
            todo="leave the encoding out of the mapping, or check that this is the right file",
        )
    return found.encoding, len(found.mark), []


def is_plainly_utf16(head: bytes, name: str) -> bool:
    """Tell whether the first bytes of a file can only be UTF-16 in this byte order.

    They hold zero bytes, as no other text does; they decode; no character is unassigned or a control; and nine in ten
    are Latin, Arabic or punctuation. In the wrong order, or in ASCII with a stray zero byte, most would be Chinese.
    """
    head = head[: len(head) // 2 * 2]
    if b"\0" not in head:
        return False
    try:
        text = codecs.getincrementaldecoder(name)("strict").decode(head)
    except UnicodeDecodeError:
        return False
    if any(c not in "\t\r\n" and unicodedata.category(c) in ("Cc", "Cn", "Co") for c in set(text)):
        return False
    n_expected = sum(c < "\u0250" or "\u0600" <= c <= "\u06ff" or "\u2000" <= c <= "\u206f" for c in text)
    return n_expected >= 0.9 * len(text) > 0


def open_bytes(path: Path) -> io.BufferedReader:
    """Open a file for reading bytes; what the operating system objects becomes an UnreadableFile."""
    try:
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from None


def _pieces(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as stream:
        try:
            while piece := stream.read(PIECE_BYTES):
                yield piece
        except OSError as error:
            raise unreadable(path, error) from None


def _find_nul(path: Path) -> _Fault | None:
    offset = 0
    for piece in _pieces(path):
        if (place := piece.find(b"\0")) >= 0:
            return _Fault(offset + place, NUL)
        offset += len(piece)
    return None


def _sample_around(path: Path, offset: int) -> bytes:
    with open_bytes(path) as stream:
        stream.seek(max(0, offset - PIECE_BYTES // 2))
        return stream.read(PIECE_BYTES)


def line_of(path: Path, offset: int, encoding: str) -> int:
    """Count from 1 the line that holds a byte of the file."""
    decoder = codecs.getincrementaldecoder(CODECS[encoding])("replace")
    n_read = n_feeds = n_returns = 0
    for piece in _pieces(path):
        text = decoder.decode(piece[: max(0, offset - n_read)])
        n_feeds, n_returns = n_feeds + text.count("\n"), n_returns + text.count("\r")
        n_read += len(piece)
        if n_read >= offset:
            break
    return (n_feeds or n_returns) + 1


def _note_1256(path: Path, offset: int, share: float) -> str:
    line = line_of(path, offset, "utf-8")
    return (
        f"read as windows-1256: not UTF-8 from byte {offset + 1} (line {line}) on, "
        f"and {share:.0%} of the bytes beyond ASCII are Arabic in that code page"
    )


def _undecodable(path: Path, fault: _Fault, encoding: str) -> UnreadableFile:
    line = line_of(path, fault.offset, encoding)
    where = f"{path.name}, line {line}, byte {fault.offset + 1} of the file"
    if fault.reason == NUL:
        return UnreadableFile(
            "The file holds a zero byte (NUL), which no text file does.",
            expected=f"text in {encoding}",
            found="a NUL",
            where=where,
            todo="check that this is the right file and that it was copied whole; export it again as UTF-8",
        )
    return UnreadableFile(
        f"A byte of the file cannot be read as {encoding}.",
        expected=f"text in {encoding}",
        found=f"byte {_byte_at(path, fault.offset)} ({fault.reason})",
        where=where,
        todo="name the encoding in the mapping (reader: encoding), or save the file again as UTF-8",
    )


def _byte_at(path: Path, offset: int) -> str:
    with open_bytes(path) as stream:
        stream.seek(offset)
        found = stream.read(1)
    return f"0x{found[0]:02X}" if found else "none: the file ends"
