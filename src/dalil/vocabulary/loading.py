"""Loading: the shipped packs, then an archive's own overlay, checked and joined into one vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from dalil.errors import WrongVocabulary
from dalil.vocabulary.building import Layers
from dalil.vocabulary.checks import check_layers
from dalil.vocabulary.reading import read_plain
from dalil.vocabulary.vocabulary import Vocabulary

PACKS: Final = Path(__file__).parent / "packs"
DEFAULT_PACKS: Final[tuple[str, ...]] = ("core", "syria")


def shipped_packs() -> tuple[str, ...]:
    """Return the names of the packs that come with dalil."""
    return tuple(sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir()))


def load_vocabulary(packs: Sequence[str] = DEFAULT_PACKS, overlay: Path | None = None) -> Vocabulary:
    """Load packs in order, and an overlay on top.

    Parameters
    ----------
    packs : sequence of str
        Names of shipped packs. ``core`` comes first.
    overlay : Path, optional
        A YAML file, or a folder of them, of an archive's own: more terms, aliases, deprecations and methods.

    Raises
    ------
    UnreadableFile, WrongVocabulary
        A file is missing, or breaks the format or a rule; the message names file, scheme and term.
    """
    if not packs or packs[0] != "core" or len(set(packs)) != len(packs):
        raise WrongVocabulary("Packs are not listed rightly.", expected="core first, each once", found=", ".join(packs))
    return _loaded(tuple(packs), overlay) if overlay is not None else _of_packs(tuple(packs))


@lru_cache(maxsize=8)
def _of_packs(packs: tuple[str, ...]) -> Vocabulary:
    """Return the one vocabulary of these packs: they come with dalil, so no process sees them change."""
    return _loaded(packs, None)


def _loaded(packs: tuple[str, ...], overlay: Path | None) -> Vocabulary:
    layers = Layers()
    for pack in packs:
        folder = PACKS / pack
        if pack not in shipped_packs():
            raise WrongVocabulary("No pack has this name.", expected=", ".join(shipped_packs()), found=pack)
        for file in sorted(folder.glob("*.yaml")):
            layers.add(read_plain(file), pack=pack, file=f"{pack}/{file.name}")
    if overlay is not None:
        for file in sorted(overlay.glob("*.yaml")) if overlay.is_dir() else [overlay]:
            layers.add(read_plain(file), pack="overlay", file=str(file))
    check_layers(layers)
    return Vocabulary(schemes=layers.schemes, predicates=layers.predicates, kinds=layers.kinds, methods=layers.methods)
