"""The one Arabic face, served from here: found in the package that carries it, never fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import util
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PACKAGE: Final = "fontpkg_ibm_plex_sans_arabic"
FACES: Final = ("IBMPlexSansArabic-Regular.ttf",)
PREFIX: Final = "fonts"


class TypefaceFinder(BaseFinder):
    """Finds ``fonts/…`` in the installed package."""

    def __init__(self, *_: Any, **__: Any) -> None:
        found = util.find_spec(PACKAGE)
        places = (found.submodule_search_locations or ()) if found else ()
        self._storage = FileSystemStorage(location=next((Path(place) / "files" for place in places), Path("/nowhere")))
        self._storage.prefix = PREFIX  # type: ignore[attr-defined]  # collectstatic puts files under it

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """Return the file of a face, or a list of it if asked for all."""
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in FACES or not self._storage.exists(name):
            return [] if find_all else None
        found = self._storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Any:
        """Yield every face with its storage."""
        yield from ((name, self._storage) for name in FACES if self._storage.exists(name))

    def check(self, **_: Any) -> Any:
        """Report a face that is not installed."""
        from django.core.checks import Error

        missing = [name for name in FACES if not self._storage.exists(name)]
        return [Error(f"The typeface {name} is not installed.", id="desk.E001") for name in missing]
