"""Encodings: found from the bytes, proved on all of them, and never by replacing a character."""

from __future__ import annotations

from pathlib import Path

import pytest

from dalil.errors import UnreadableFile, WrongMapping
from dalil.intake.readers import ReaderOptions, Sheet, open_sheet
from dalil.intake.readers.encodings import reads_as_arabic

HEADINGS = "الاسم,المحافظة,تاريخ الاعتقال"
ROWS = "سلمى الخالد,ريف دمشق,٢٠١٣/٨/٧\r\nيمان الحمصي,درعا,2014-01-31\r\n"
ARABIC = f"{HEADINGS}\r\n{ROWS}"
COLUMNS = ("الاسم", "المحافظة", "تاريخ الاعتقال")
FIRST = ("سلمى الخالد", "ريف دمشق", "٢٠١٣/٨/٧")


def opened(folder: Path, content: bytes, encoding: str | None = None) -> Sheet:
    path = folder / "list.csv"
    path.write_bytes(content)
    return open_sheet(path, ReaderOptions(encoding=encoding))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ARABIC.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + ARABIC.encode(), "utf-8"),
        (b"\xff\xfe" + ARABIC.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + ARABIC.encode("utf-16-be"), "utf-16-be"),
        (ARABIC.encode("utf-16-le"), "utf-16-le"),
        (ARABIC.encode("utf-16-be"), "utf-16-be"),
        (ARABIC.replace("٢٠١٣/٨/٧", "2013/8/7").encode("cp1256"), "windows-1256"),
    ],
    ids=[
        "utf-8",
        "utf-8 with mark",
        "utf-16-le",
        "utf-16-be",
        "utf-16-le no mark",
        "utf-16-be no mark",
        "windows-1256",
    ],
)
def test_arabic_is_read_in_every_encoding_it_comes_in(tmp_path: Path, content: bytes, encoding: str) -> None:
    sheet = opened(tmp_path, content)
    assert (sheet.encoding, sheet.columns) == (encoding, COLUMNS)
    first = next(sheet.rows())
    assert first.cells in (FIRST, (*FIRST[:2], "2013/8/7"))


def test_a_guess_at_windows_1256_is_said_in_the_notes_with_its_grounds(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "name,الاسم\n1,سلمى الخالد وأخوها يمان\n".encode("cp1256"))
    # "name," is five bytes, so the sixth is the first that is not UTF-8.
    assert sheet.notes[0] == (
        "read as windows-1256: not UTF-8 from byte 6 (line 1) on, "
        "and 100% of the bytes beyond ASCII are Arabic in that code page"
    )


def test_utf_16_without_mark_is_said_in_the_notes(tmp_path: Path) -> None:
    assert "no byte order mark" in opened(tmp_path, ARABIC.encode("utf-16-be")).notes[0]


@pytest.mark.parametrize("encoding", ["windows-1256", "cp1256", "Windows_1256"])
def test_an_encoding_the_mapping_names_is_used(tmp_path: Path, encoding: str) -> None:
    # Too short to be recognised, so only the mapping can say it.
    sheet = opened(tmp_path, "a,b\nسر,1\n".encode("cp1256"), encoding)
    assert (sheet.encoding, next(sheet.rows()).cells) == ("windows-1256", ("سر", "1"))


def test_too_little_arabic_to_judge_by_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, "a,b\n1,سر\n".encode("cp1256"))
    # "a,b\n1," is six bytes; seen from line 2 the byte is the third.
    assert refusal.value.where == "list.csv, line 2, byte 7 of the file"
    assert refusal.value.found.startswith("byte 0xD3")
    assert "reader: encoding" in refusal.value.todo


def test_an_encoding_the_mapping_names_is_not_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="utf-8"):
        opened(tmp_path, ARABIC.replace("٢٠١٣/٨/٧", "").encode("cp1256"), "utf-8")


def test_one_broken_byte_in_utf_8_is_found_and_placed(tmp_path: Path) -> None:
    good = ("a,b\n" + "سلمى,درعا\n" * 50_000).encode()
    offset = len(good) - 400_000
    offset -= good[:offset][::-1].index(b"\n")  # the beginning of a line
    line = good[:offset].count(b"\n") + 1
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, good[:offset] + b"\xff" + good[offset + 1 :])
    assert refusal.value.where == f"list.csv, line {line}, byte {offset + 1} of the file"


def test_a_letter_cut_at_the_end_of_the_file_is_found(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, "a,b\n1,س".encode()[:-1])
    assert refusal.value.where == "list.csv, line 2, byte 7 of the file"


def test_a_letter_divided_between_two_reads_is_no_fault(tmp_path: Path) -> None:
    # One byte before the letters puts every one of them across the even boundaries at which files are read.
    content = ("a,b\nx," + "سلمى" * 10 + "\n") + ("y," + "د" * 1000 + "\n") * 1500
    assert opened(tmp_path, content.encode()).n_rows == 1501


def test_half_a_surrogate_pair_in_utf_16_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(tmp_path, b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le"))
    # The mark is 2 bytes, the six characters before the half pair 12.
    assert refusal.value.where == "list.csv, line 2, byte 15 of the file"


@pytest.mark.parametrize(
    ("content", "offset", "line"),
    [
        (b"a,b\n1,\0\n", 7, 2),
        (b"\xef\xbb\xbfa,b\n1,\0\n", 10, 2),
        (b"\xff\xfe" + "a,b\n1,\0\n".encode("utf-16-le"), 15, 2),
    ],
)
def test_a_nul_is_refused_and_placed(tmp_path: Path, content: bytes, offset: int, line: int) -> None:
    with pytest.raises(UnreadableFile, match="NUL") as refusal:
        opened(tmp_path, content)
    assert refusal.value.where == f"list.csv, line {line}, byte {offset} of the file"


def test_a_nul_in_windows_1256_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="NUL"):
        opened(tmp_path, "الاسم,المحافظة\nسلمى الخالد,\0\n".encode("cp1256"))


def test_an_encoding_dalil_does_not_read_is_refused_with_those_it_does(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping) as refusal:
        opened(tmp_path, b"a,b\n", "rot13")
    assert "windows-1256" in refusal.value.expected


def test_an_encoding_that_contradicts_the_mark_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="byte order mark of utf-16-le"):
        opened(tmp_path, b"\xff\xfe" + ARABIC.encode("utf-16-le"), "windows-1256")


def test_utf_16_named_without_its_byte_order_takes_it_from_the_mark(tmp_path: Path) -> None:
    assert opened(tmp_path, b"\xfe\xff" + ARABIC.encode("utf-16-be"), "utf-16").encoding == "utf-16-be"


# Articles 1 and 2 of the Universal Declaration of Human Rights in its official translations, and lists of names.
ARTICLE_AR = (
    "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء."
)
FOREIGN = {
    (
        "French",
        "cp1252",
    ): "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison "
    "et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    (
        "German",
        "cp1252",
    ): "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen "
    "begabt und sollen einander im Geist der Brüderlichkeit begegnen. Größe, Köln, Zürich, Österreich, Tür, schön",
    (
        "Spanish",
        "cp1252",
    ): "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de "
    "razón y conciencia, deben comportarse fraternalmente. Muñoz, Peña, Ibáñez, García, López, María, José, Núñez",
    (
        "Turkish",
        "cp1254",
    ): "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve "
    "birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
    ("Greek", "cp1253"): "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    ("Hebrew", "cp1255"): "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון",
    ("Russian", "cp1251"): "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом",
    ("Russian", "koi8-r"): "все люди рождаются свободными и равными в своем достоинстве и правах. они наделены разумом",
    ("Arabic", "iso-8859-6"): ARTICLE_AR,
    ("Arabic", "utf-8"): ARTICLE_AR,
    (
        "Polish",
        "cp1250",
    ): "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni",
}


@pytest.mark.parametrize(("language", "codec"), list(FOREIGN))
def test_other_languages_in_their_code_pages_are_not_taken_for_arabic(language: str, codec: str) -> None:
    assert reads_as_arabic(FOREIGN[language, codec].encode(codec)) is None


@pytest.mark.parametrize(
    "text",
    [
        ARTICLE_AR,
        "محمد، أحمد، خالد، عمر، يوسف، حسن، حسين، علي، إبراهيم، محمود، مصطفى، عبد الله",
        "سلمى;ريم;ليلى;هدى;نور;زينب;فاطمة;مريم;خديجة;سارة",
        "id,name,place\n1,سلمى الخالد,Homs\n2,يمان الحمصي,Daraa\n3,«أبو خالد»,Idlib\n",
        "دمشق\nحلب\nحمص\nحماة\nاللاذقية\nطرطوس\nإدلب\nدرعا\nالسويداء\nالقنيطرة\nدير الزور\nالرقة\nالحسكة",
    ],
)
def test_arabic_in_windows_1256_is_recognised(text: str) -> None:
    assert reads_as_arabic(text.encode("cp1256")) is not None
