"""What ``dalil.toml`` says, read in one place and into one frozen object. It holds no secrets."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dalil.errors import ArchiveNotFound, WrongConfiguration
from dalil.review.policy import ReviewPolicy, policy_of

CONFIGURATION: Final = "dalil.toml"
FORMAT: Final = "dalil-archive/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What ``dalil.toml`` says."""

    name: str
    origin: str
    languages: tuple[str, ...]
    packs: tuple[str, ...]
    method: str
    log_key: str
    actor_key: str
    demonstration: bool
    review: ReviewPolicy = field(default_factory=ReviewPolicy)

    def as_toml(self) -> str:
        """Return the file's text."""

        def quoted(text: str) -> str:
            return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

        def listed(texts: tuple[str, ...]) -> str:
            return "[" + ", ".join(quoted(text) for text in texts) + "]"

        return (
            f"# An archive of dalil. Secrets are never written here: private keys are files under keys/.\n"
            f'format = "{FORMAT}"\n'
            f"name = {quoted(self.name)}\n"
            f"origin = {quoted(self.origin)}  # the log's name, in every signature: never change it\n"
            f"languages = {listed(self.languages)}\n"
            f"packs = {listed(self.packs)}\n"
            f"method = {quoted(self.method)}\n"
            f"log_key = {quoted(self.log_key)}\n"
            f"actor_key = {quoted(self.actor_key)}\n"
            f"# Seeded clock, ids and salts: only for demonstrations, whose bytes must repeat.\n"
            f"demonstration = {'true' if self.demonstration else 'false'}\n"
            f"\n[review]\n"
            f'two_persons = "{self.review.two_persons}"  # never, same or always: which verdicts need a second person\n'
            f"second_look_percent = {self.review.second_look_percent}  # of settled pairs, shown to a second reviewer\n"
            f"show_score = {'true' if self.review.show_score else 'false'}  # before a reviewer has decided\n"
        )


def read_configuration(path: Path) -> Configuration:
    """Read ``dalil.toml``.

    Raises
    ------
    ArchiveNotFound
        There is none.
    WrongConfiguration
        It breaks its format.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ArchiveNotFound(
            "There is no archive here.",
            expected=f"a folder with a {CONFIGURATION}",
            where=str(path.parent),
            todo="Give the archive's folder with --archive, or make one with `dalil init`.",
        ) from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong_configuration(path, f"text that is not TOML ({error})") from None
    if said.pop("format", None) != FORMAT:
        raise _wrong_configuration(path, f"another format than {FORMAT}")
    kinds = {"languages": list, "packs": list, "demonstration": bool}
    try:
        review = policy_of(said.pop("review", {}))
    except ValueError as error:
        raise _wrong_configuration(path, str(error)) from None
    names = ("name", "origin", "languages", "packs", "method", "log_key", "actor_key", "demonstration")
    for name in names:
        if not isinstance(said.get(name), kinds.get(name, str)):
            raise _wrong_configuration(path, f"`{name}` missing or of another type")
    unknown = sorted(set(said) - set(names))
    if unknown:
        raise _wrong_configuration(path, f"unknown setting `{unknown[0]}`")
    said["languages"], said["packs"] = tuple(said["languages"]), tuple(said["packs"])
    return Configuration(**said, review=review)


def _wrong_configuration(path: Path, found: str) -> WrongConfiguration:
    return WrongConfiguration(
        "The archive's configuration cannot be used.",
        expected=f"the settings described in docs/reference/configuration.md, format {FORMAT}",
        found=found,
        where=str(path),
        todo="Restore the file from a backup, or correct the setting.",
    )
