"""Broken and hostile files: each really built, each refused with its own error, none with a full memory."""

from __future__ import annotations

import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from dalil.errors import BadInput, HostileFile, PasswordProtected, TruncatedFile, UnreadableFile
from dalil.intake.readers import Limits, ReaderOptions, open_sheet
from unit.intake.readers.builders import (
    CONTENT_TYPES,
    MANIFEST,
    ODS_TYPE,
    compound_file,
    members_of,
    ods,
    ods_content,
    ods_row,
    ods_table,
    xlsx_parts,
    xlsx_row,
    xlsx_with_openpyxl,
    zipped,
)

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def refused(path: Path, kind: type[BadInput], options: ReaderOptions | None = None) -> BadInput:
    """Open and read a file that must be refused, and hold the refusal to the house rules."""
    with pytest.raises(BadInput) as caught:
        list(open_sheet(path, options).rows())
    error = caught.value
    assert type(error) is kind, error
    assert error.expected
    assert error.found
    assert path.name in error.where
    assert error.todo
    assert error.exit_code == 10
    return error


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.ods", "list.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "0 bytes" in refused(written(tmp_path, name, b""), UnreadableFile).found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\x7fELF\x02\x01\x01" + bytes(9), "a program"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a gzip archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "a web page or XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "a web page or XML"),
    ],
)
@pytest.mark.parametrize("name", ["list.csv", "list.xls", "list.jsonl"])
def test_another_kind_of_file_is_recognised_under_any_name(
    tmp_path: Path, name: str, content: bytes, found: str
) -> None:
    assert refused(written(tmp_path, name, content), UnreadableFile).found.startswith(found)


def test_binary_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    refused(written(tmp_path, "list.csv", bytes(range(256)) * 10), UnreadableFile)


@pytest.mark.parametrize("name", ["list.xlsx", "list.xls", "list.ods"])
def test_text_under_the_name_of_a_workbook_is_not_read_as_something_else(tmp_path: Path, name: str) -> None:
    assert "text" in refused(written(tmp_path, name, b"a,b\n1,2\n"), UnreadableFile).found


def test_a_workbook_under_the_name_of_a_text_file_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", [["a"], ["x"]])
    assert open_sheet(path.rename(tmp_path / "list.csv")).format == "xlsx"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "list.csv", UnreadableFile).found == "No such file or directory"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "list.csv"
    folder.mkdir()
    refused(folder, UnreadableFile)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.csv")
    refused(tmp_path / "list.csv", UnreadableFile)


def test_a_file_larger_than_dalil_takes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("wb") as stream:
        stream.truncate(5 * 1024**3)
    assert refused(path, HostileFile).found == "5120 MiB"


@pytest.mark.parametrize("name", ["list.xlsx", "list.ods"])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_a_workbook_cut_short_at_any_place_is_refused_as_cut(tmp_path: Path, name: str, share: float) -> None:
    rows = [ods_row("a", "b"), *(ods_row(f"text {n}", f"{n * n}") for n in range(500))]
    if name.endswith("ods"):
        whole = ods(tmp_path / "whole", ods_table(*rows))
    else:
        whole = xlsx_with_openpyxl(tmp_path / "whole", [["a", "b"], *([f"text {n}", n * n] for n in range(500))])
    content = whole.read_bytes()
    refused(written(tmp_path, name, content[: int(len(content) * share)]), TruncatedFile)


def test_a_workbook_with_a_damaged_byte_is_refused(tmp_path: Path) -> None:
    rows = "".join(xlsx_row(n, str(n * n)) for n in range(2, 900))
    path = zipped(tmp_path / "list.xlsx", xlsx_parts(xlsx_row(1, "a") + rows))
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 400
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    refused(path, TruncatedFile)


def test_a_zip_bomb_is_refused_by_what_its_directory_admits(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "list.xlsx", {**xlsx_parts(xlsx_row(1, "a")), "xl/media/image1.png": bytes(100 * 1024 * 1024)}
    )
    assert path.stat().st_size < 200_000
    assert "zip bomb" in refused(path, HostileFile).message


def test_a_zip_bomb_whose_directory_lies_stops_at_the_size_it_claims(tmp_path: Path) -> None:
    # 100 MiB of blanks inside the sheet, which both the directory and the member's own header call 1,000 bytes.
    data = xlsx_row(1, "a") + " " * 100 * 1024 * 1024
    path = zipped(tmp_path / "list.xlsx", xlsx_parts(data))
    size = len(xlsx_parts(data)["xl/worksheets/sheet1.xml"])
    content = path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 1_000))
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 1_000
    tracemalloc.start()
    refused(path, TruncatedFile)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 1024 * 1024, peak


def test_a_workbook_that_unpacks_to_too_much_in_all_is_refused(tmp_path: Path) -> None:
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", [["a"], ["x"]])
    refused(path, HostileFile, ReaderOptions(limits=Limits(unpacked_bytes=1_000)))


def test_a_workbook_of_too_many_members_is_refused(tmp_path: Path) -> None:
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", [["a"], ["x"]])
    refused(path, HostileFile, ReaderOptions(limits=Limits(n_members=3)))


def test_a_workbook_with_two_parts_of_one_name_is_refused(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "list.xlsx", {**xlsx_parts(xlsx_row(1, "a")), "XL\\worksheets/Sheet1.xml": b"<worksheet/>"}
    )
    assert "sheet1.xml" in refused(path, HostileFile).found


def test_a_workbook_packed_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in xlsx_parts(xlsx_row(1, "a")).items():
            archive.writestr(name, content)
    refused(path, HostileFile)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_multiply_are_refused_in_every_part_of_an_xlsx(tmp_path: Path, part: str, encoding: str) -> None:
    members: dict[str, str | bytes] = {**xlsx_parts(xlsx_row(1, "a") + xlsx_row(2, "x"))}
    body = str(members[part]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>').replace("</", "&j;</", 1)
    members[part] = (f'<?xml version="1.0" encoding="{encoding}"?>' + LAUGHS + body).encode(encoding)
    assert "entities" in refused(zipped(tmp_path / "list.xlsx", members), HostileFile).message


@pytest.mark.parametrize("part", ["content.xml", "META-INF/manifest.xml"])
def test_entities_that_multiply_are_refused_in_an_ods(tmp_path: Path, part: str) -> None:
    members = {
        "mimetype": ODS_TYPE,
        "content.xml": ods_content(ods_table(ods_row("a"))),
        "META-INF/manifest.xml": MANIFEST.format(extra=""),
    }
    members[part] = members[part].replace("?>", "?>" + LAUGHS, 1)
    refused(zipped(tmp_path / "list.ods", members), HostileFile)


def test_a_manifest_that_only_names_its_document_type_is_read_as_old_programs_wrote_it(tmp_path: Path) -> None:
    manifest = MANIFEST.format(extra="").replace(
        "?>", '?><!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">', 1
    )
    members = {
        "mimetype": ODS_TYPE,
        "content.xml": ods_content(ods_table(ods_row("a"), ods_row("x"))),
        "META-INF/manifest.xml": manifest,
    }
    assert next(open_sheet(zipped(tmp_path / "list.ods", members)).rows()).cells == ("x",)


def test_an_external_document_type_is_never_fetched(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret", b"secret")
    members = xlsx_parts(xlsx_row(1, "a"))
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(
        "?>", f'?><!DOCTYPE w SYSTEM "{secret.as_uri()}">', 1
    )
    refused(zipped(tmp_path / "list.xlsx", members), HostileFile)


def test_nesting_a_million_deep_is_survived(tmp_path: Path) -> None:
    deep = "<a>" * 1_000_000 + "</a>" * 1_000_000
    limits = Limits(member_ratio=1_100)
    members = xlsx_parts(xlsx_row(1, "a") + f"<row r='2'><c r='A2'><v>1</v></c></row>{deep}")
    path = zipped(tmp_path / "list.xlsx", members)
    assert next(open_sheet(path, ReaderOptions(limits=limits)).rows()).cells == ("1",)


@pytest.mark.parametrize("encoding", ["no-such", "rot13", "utf-7", "shift_jis"])
def test_xml_in_an_encoding_nobody_uses_is_refused(tmp_path: Path, encoding: str) -> None:
    members = xlsx_parts(xlsx_row(1, "a"), before=f'<?xml version="1.0" encoding="{encoding}"?>')
    refused(zipped(tmp_path / "list.xlsx", members), UnreadableFile)


def test_an_encrypted_xlsx_is_recognised_by_its_compound_file(tmp_path: Path) -> None:
    content = compound_file({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": os.urandom(5_000)})
    refused(written(tmp_path, "list.xlsx", content), PasswordProtected)


def test_an_encrypted_ods_is_recognised_by_its_manifest(tmp_path: Path) -> None:
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x">'
        "</manifest:encryption-data></manifest:file-entry>"
    )
    members: dict[str, str | bytes] = {
        "mimetype": ODS_TYPE,
        "content.xml": os.urandom(500),
        "META-INF/manifest.xml": MANIFEST.format(extra=entry),
    }
    refused(zipped(tmp_path / "list.ods", members), PasswordProtected)


def test_a_zip_whose_members_are_encrypted_is_recognised(tmp_path: Path) -> None:
    path = zipped(tmp_path / "list.xlsx", xlsx_parts(xlsx_row(1, "a")))
    content = bytearray(path.read_bytes())
    place = -1
    while (place := content.find(b"PK\1\2", place + 1)) >= 0:
        content[place + 8] |= 1
    path.write_bytes(content)
    refused(path, PasswordProtected)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"list.csv": "a,b\n"}, "a zip archive"),
        ({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<w/>"}, "a zip archive"),
        ({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.bin": b"\x83\1\0"}, "a binary workbook"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<c/>"}, "another OpenDocument file"),
        ({}, "a zip archive"),
    ],
)
def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path, members: dict[str, str | bytes], found: str) -> None:
    assert refused(zipped(tmp_path / "list.xlsx", members), UnreadableFile).found.startswith(found)


def test_a_file_that_is_saved_again_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "list.csv", b"a,b\n" + b"1,2\n" * 5_000)
    sheet = open_sheet(path)
    chunks = sheet.chunks(1_000)
    next(chunks)
    path.write_bytes(b"a,b\n3,4\n")
    with pytest.raises(UnreadableFile, match="changed"):
        list(chunks)
    with pytest.raises(UnreadableFile, match="changed"):
        list(sheet.rows())


def test_a_file_that_is_taken_away_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "list.csv", b"a,b\n1,2\n")
    sheet = open_sheet(path)
    path.unlink()
    with pytest.raises(UnreadableFile, match="cannot be read"):
        list(sheet.rows())


def test_members_survive_being_written_again(tmp_path: Path) -> None:
    path = xlsx_with_openpyxl(tmp_path / "list.xlsx", [["a"], ["x"]])
    again = zipped(tmp_path / "again.xlsx", members_of(path))
    assert list(open_sheet(again).rows()) == list(open_sheet(path).rows())
