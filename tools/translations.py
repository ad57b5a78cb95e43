"""Gathers every text of the desk that is translated, merges it into the catalogue, and compiles it.

``python -m tools.translations`` updates ``locale/ar/LC_MESSAGES/django.po`` and writes ``django.mo`` beside it;
``--check`` only tells whether anything is missing. Nothing but Python is needed: Django reads compiled catalogues, and
gettext's own tools are not on every machine.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Final

import polib

ROOT: Final = Path(__file__).parents[1]
WEB: Final = ROOT / "src" / "dalil" / "web"
CATALOGUE: Final = WEB / "locale" / "ar" / "LC_MESSAGES" / "django.po"
PLAIN: Final = {"_", "gettext", "gettext_lazy"}
CONTEXT: Final = {"pgettext", "pgettext_lazy"}
TAG: Final = re.compile(r"""\{%\s*(?:trans|translate)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
CALL: Final = re.compile(r"""_\(\s*"((?:[^"\\]|\\.)*)"\s*\)""")
BLOCK: Final = re.compile(
    r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)(?:\{%\s*plural\s*%\}(.*?))?\{%\s*endblocktrans(?:late)?\s*%\}",
    re.DOTALL,
)
BORROWED: Final = (
    "account/base_reauthenticate.html",
    "account/reauthenticate.html",
    "account/logout.html",
    "account/account_inactive.html",
    "account/password_change.html",
    "mfa/index.html",
    "mfa/authenticate.html",
    "mfa/reauthenticate.html",
    "mfa/totp/deactivate_form.html",
    "mfa/recovery_codes/base.html",
    "mfa/recovery_codes/generate.html",
    "mfa/recovery_codes/index.html",
    "mfa/webauthn/base.html",
    "mfa/webauthn/add_form.html",
    "mfa/webauthn/authenticator_list.html",
    "mfa/webauthn/authenticator_confirm_delete.html",
    "mfa/webauthn/edit_form.html",
    "mfa/webauthn/reauthenticate.html",
    "mfa/webauthn/snippets/scripts.html",
    "usersessions/usersession_list.html",
)
"""Pages of allauth that are shown inside the desk's frame; their texts are translated here too, where it has none."""

Text = tuple[str | None, str, str | None]
"""Context, text, plural."""


def texts() -> dict[Text, list[str]]:
    """Return every text with the files it stands in."""
    found: dict[Text, list[str]] = {}
    for path, text in _all():
        found.setdefault(text, []).append(path)
    return found


def _all() -> Iterator[tuple[str, Text]]:
    for path in sorted(WEB.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from ((path.relative_to(ROOT).as_posix(), text) for text in in_python(path.read_text("utf-8")))
    for path in sorted((WEB / "templates").rglob("*.html")):
        yield from ((path.relative_to(ROOT).as_posix(), text) for text in in_template(path.read_text("utf-8")))
    spec = util.find_spec("allauth")
    assert spec is not None
    assert spec.origin is not None
    borrowed = Path(spec.origin).parent / "templates"
    for name in BORROWED:
        if not (WEB / "templates" / name).exists():
            yield from ((f"allauth/{name}", text) for text in in_template((borrowed / name).read_text("utf-8")))


def in_python(source: str) -> Iterator[Text]:
    """Yield the texts that a module marks for translation."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        said = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if node.func.id in PLAIN and said:
            yield None, said[0], None
        elif node.func.id in CONTEXT and len(said) == 2:
            yield said[0], said[1], None


def in_template(source: str) -> Iterator[Text]:
    """Yield the texts that a template marks for translation."""
    for match in TAG.finditer(source):
        yield None, match[1] if match[1] is not None else match[2], None
    for match in CALL.finditer(source):
        yield None, match[1], None
    for match in BLOCK.finditer(source):
        single, plural = (None if each is None else _named(each, match[1]) for each in (match[2], match[3]))
        assert single is not None
        yield None, single, plural


def _named(text: str, options: str) -> str:
    trimmed = " ".join(line.strip() for line in text.strip().splitlines()) if "trimmed" in options else text
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", trimmed.replace("%", "%%")) if "{{" in trimmed else trimmed


def untranslated() -> list[str]:
    """Return what the catalogue lacks, has as uncertain, or holds though nobody says it any more."""
    catalogue = polib.pofile(str(CATALOGUE))
    known = {(each.msgctxt, each.msgid, each.msgid_plural or None): each for each in catalogue if not each.obsolete}
    wanted = texts()
    missing = [f"missing: {text[1]}" for text in wanted if text not in known or not _whole(known[text])]
    return missing + [f"no longer said: {text[1]}" for text in known if text not in wanted]


def _whole(entry: polib.POEntry) -> bool:
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return all(said) and not entry.fuzzy and (not entry.msgid_plural or len(said) == 6)


def update() -> list[str]:
    """Merge what is said into the catalogue, compile it, and return what still lacks a translation."""
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else _empty()
    known = {(each.msgctxt, each.msgid, each.msgid_plural or None): each for each in catalogue}
    merged = _empty()
    for text, places in sorted(texts().items(), key=lambda each: (each[0][1], each[0][0] or "")):
        context, single, plural = text
        entry = known.get(text) or polib.POEntry(msgctxt=context, msgid=single, msgid_plural=plural or "")
        if plural and not entry.msgstr_plural:
            entry.msgstr_plural = dict.fromkeys(range(6), "")
        entry.occurrences, entry.obsolete = [(place, "") for place in sorted(set(places))], False
        merged.append(entry)
    merged.save(str(CATALOGUE))
    compile_catalogue()
    return untranslated()


def compile_catalogue() -> None:
    """Write the compiled catalogue beside the written one."""
    polib.pofile(str(CATALOGUE)).save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


def is_compiled() -> bool:
    """Tell whether the compiled catalogue says what the written one does."""
    written = {(each.msgctxt, each.msgid): each.msgstr or each.msgstr_plural for each in polib.pofile(str(CATALOGUE))}
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    return written == {(each.msgctxt, each.msgid): each.msgstr or each.msgstr_plural for each in compiled}


def _empty() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=118)
    catalogue.metadata = {
        "Project-Id-Version": "dalil",
        "Language": "ar",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": (
            "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
        ),
    }
    return catalogue


def main() -> None:
    """Update or check, by the command line."""
    lacking = untranslated() if "--check" in sys.argv else update()
    for each in lacking:
        print(each)
    sys.exit(bool(lacking))


if __name__ == "__main__":
    main()
