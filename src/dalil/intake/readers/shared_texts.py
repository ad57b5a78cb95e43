"""The table of texts an XLSX workbook keeps apart from its cells, held compactly.

A list of a million persons has millions of different texts; as separate strings each would cost some 80 bytes beside
its letters. Beyond a certain number they are kept as one run of UTF-8 and cut out when asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

from dalil.intake.readers.limits import Limits, check_cell
from dalil.intake.readers.packages import Package, translated_xml, xml_parser

MOST_SEPARATE_TEXTS = 250_000


class SharedTexts:
    """Texts by their place in the table, counted from 0."""

    def __init__(self) -> None:
        self.separate: list[str] = []
        self._run = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self.separate) + len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        if place < 0:
            raise IndexError(place)
        if place < len(self.separate):
            return self.separate[place]
        place -= len(self.separate)
        return self._run[self._ends[place] : self._ends[place + 1]].decode()

    def append(self, text: str) -> None:
        """Add a text at the end of the table."""
        if len(self.separate) < MOST_SEPARATE_TEXTS:
            self.separate.append(text)
        else:
            self._run += text.encode()
            self._ends.append(len(self._run))

    def read(self, package: Package, path: Path, part: str, *, limits: Limits, unescape: Callable[[str], str]) -> None:
        """Read the table from its part: the runs of each text joined, without the readings (furigana) beside them."""
        parser = xml_parser(path, part)
        pieces: list[str] = []
        phonetic = False

        def start(name: str, _attributes: dict[str, str]) -> None:
            nonlocal phonetic
            if name.endswith("t") and name.rpartition(":")[2] == "t" and not phonetic:
                parser.CharacterDataHandler = pieces.append
            elif name.endswith("rPh"):
                phonetic = True

        def end(name: str) -> None:
            nonlocal phonetic
            if name.endswith("t"):
                parser.CharacterDataHandler = None
            elif name.endswith("si"):
                text = "".join(pieces)
                if len(text) > limits.cell_chars:
                    check_cell(len(text), where=f"{path.name}, text {len(self)} of part {part}", limits=limits)
                self.append(unescape(text))
                pieces.clear()
            elif name.endswith("rPh"):
                phonetic = False

        parser.StartElementHandler, parser.EndElementHandler = start, end
        with translated_xml(path, part):
            for piece in package.pieces(part):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
