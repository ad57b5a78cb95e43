"""Finds the typefaces reports are set in; they come with the installation, never from the system.

A report must look, and be, the same on any machine, so system fonts are ignored and a missing typeface is an error, not
a fallback. Faces: IBM Plex Serif for English text, Amiri for Arabic text, IBM Plex Sans Arabic (both scripts) for
headings and tables, IBM Plex Mono for digests.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata, util
from pathlib import Path
from typing import Final

import typst

from dalil.errors import FontMissing

PACKAGES: Final = {
    "fontpkg_ibm_plex_serif": "IBM Plex Serif",
    "fontpkg_ibm_plex_sans_arabic": "IBM Plex Sans Arabic",
    "fontpkg_ibm_plex_mono": "IBM Plex Mono",
    "fontpkg_amiri": "Amiri",
}
"""Package that carries a family, and the family's name."""


def font_folder(package: str) -> Path:
    """Return the folder of font files in an installed package.

    Raises
    ------
    FontMissing
        The package is not installed, or holds no font.
    """
    found = util.find_spec(package)
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "files"
        if any(folder.glob("*.ttf")):
            return folder
    raise FontMissing(
        "A typeface that reports are set in is missing.",
        expected=f"font files of {PACKAGES.get(package, package)}",
        found="no such package" if found is None else "the package without font files",
        where=package,
        todo=f"Install it: pip install {package.replace('_', '-')}.",
    )


@cache
def load_fonts() -> typst.Fonts:
    """Return the typefaces, and no others.

    Raises
    ------
    FontMissing
        One is not there.
    """
    folders = [str(font_folder(package)) for package in PACKAGES]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    for package, family in PACKAGES.items():
        if family not in fonts.families():
            raise FontMissing(
                "A typeface that reports are set in cannot be read.",
                expected=family,
                found="damaged files",
                where=package,
            )
    return fonts


def font_versions() -> dict[str, str]:
    """Return the version of each font package, for the manifest: another version may break lines elsewhere."""
    return {package: metadata.version(package.replace("_", "-")) for package in PACKAGES}
