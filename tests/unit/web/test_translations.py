"""Everything the desk says, it says in Arabic too."""

from __future__ import annotations

import re

import polib
from tools import translations

PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|%d|\{\w+\}")
CATALOGUE = polib.pofile(str(translations.CATALOGUE))


def test_no_text_lacks_its_arabic_and_none_is_left_over() -> None:
    assert translations.untranslated() == [], "run `make translations` and fill in what it prints"


def test_the_compiled_catalogue_says_what_the_written_one_does() -> None:
    assert translations.is_compiled(), "run `make translations`"


def test_an_arabic_text_names_what_the_english_names_and_is_arabic() -> None:
    for entry in CATALOGUE:
        said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for text in said:
            assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
            assert re.search(r"[\u0600-\u06ff]", text), entry.msgid
        if not entry.msgid_plural:
            assert sorted(PLACEHOLDER.findall(said[0])) == sorted(PLACEHOLDER.findall(entry.msgid)), entry.msgid


def test_the_gatherer_finds_texts_in_templates_and_in_code() -> None:
    template = """{% translate "One" %} {% trans 'Two' %} {% blocktranslate %}Three {{ n }}{% endblocktranslate %}"""
    assert [text for _, text, _ in translations.in_template(template)] == ["One", "Two", "Three %(n)s"]
    code = 'x = _("Four")\ny = pgettext_lazy("a place", "at")\nz = print("Five")'
    assert set(translations.in_python(code)) == {(None, "Four", None), ("a place", "at", None)}
