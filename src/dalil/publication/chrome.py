"""Loads the publication room's own words: what stands around the prose in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from dalil.errors import TemplateWrong
from dalil.intake.plain_yaml import parse_plain_yaml
from dalil.publication.template_reading import Reader

LANGUAGES: Final = ("en", "ar")
"""Languages a report can be set in; each has a file under ``words/``."""
COUNTED_IN: Final = "counted_in_"
NOT_SAID: Final = "_not_said"
"""Begins the reason for leaving out what another figure has counted; the figure's name follows."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """One language's words, months, section numbers and names of classes, codes and languages."""

    language: str
    words: Mapping[str, str]
    months: tuple[str, ...]
    numerals: tuple[str, ...]
    letters: tuple[str, ...]
    classes: Mapping[str, str]
    languages: Mapping[str, str]
    codes: Mapping[str, str]

    @property
    def direction(self) -> str:
        """The direction of writing: ``ltr`` or ``rtl``."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def code(self, code: str) -> str:
        """Return the word for a code of the counting room, or the code itself."""
        if code.startswith(COUNTED_IN):
            return self.words["counted_in"].format(figure=code.removeprefix(COUNTED_IN))
        if code.endswith(NOT_SAID):
            return self.words["not_said"].format(what=self.code(code.removesuffix(NOT_SAID)))
        return self.codes.get(code, code)


@cache
def load_chrome(language: str) -> Chrome:
    """Return the words of a language.

    Raises
    ------
    TemplateWrong
        Reports are not set in that language.
    """
    if language not in LANGUAGES:
        raise TemplateWrong("Reports are not set in this language.", expected=" or ".join(LANGUAGES), found=language)
    text = resources.files("dalil.publication.words").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    yaml = parse_plain_yaml(text, name=f"words/{language}.yaml", wrong=TemplateWrong)
    reader = Reader(yaml)

    def mapping(field: str) -> dict[str, str]:
        values = reader.object(yaml.content.get(field), (field,))
        return {key: reader.text(value, (field, key)) for key, value in values.items()}

    def listing(field: str) -> tuple[str, ...]:
        return reader.texts(yaml.content.get(field), (field,))

    return Chrome(
        language=language,
        words=mapping("words"),
        months=listing("months"),
        numerals=listing("numerals"),
        letters=listing("letters"),
        classes=mapping("classes"),
        languages=mapping("languages"),
        codes=mapping("codes"),
    )
