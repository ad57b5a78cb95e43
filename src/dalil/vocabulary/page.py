"""The reference page of the shipped vocabulary, written from the packs so that it cannot differ from them."""

from __future__ import annotations

from collections.abc import Iterator

from dalil.vocabulary.model import Method, Scheme, Term
from dalil.vocabulary.vocabulary import Vocabulary

_OPENING = """# Vocabulary

Every scheme and term of the shipped packs. This page is generated; the words live in `src/dalil/vocabulary/packs/`.
How a pack is written: [formats/vocabulary.md](formats/vocabulary.md).

A code never changes its meaning and is never deleted. Numbers under *elsewhere* are codes of other vocabularies; those
marked † have not been confirmed by a lawyer.
"""


def vocabulary_page(vocabulary: Vocabulary) -> str:
    """Return the page in Markdown."""
    lines = [_OPENING, "## Methods", ""]
    for method in sorted(vocabulary.methods.values(), key=lambda method: method.code):
        lines.extend(_method(method))
    for code in sorted(vocabulary.schemes):
        lines.extend(_scheme(vocabulary, vocabulary.schemes[code]))
    return "\n".join(lines).rstrip() + "\n"


def _method(method: Method) -> Iterator[str]:
    asked = [*method.requires, *([" or ".join(method.requires_any)] if method.requires_any else [])]
    yield f"- `{method.code}` (version {method.version}): {method.labels['en']} · {method.labels['ar']}."
    yield f"  At least {method.days_held} days; requires {', '.join(asked)}. Source: {method.source}."
    yield ""


def _scheme(vocabulary: Vocabulary, scheme: Scheme) -> Iterator[str]:
    yield f"## `{scheme.code}`"
    yield ""
    yield f"{scheme.labels['en']} · {scheme.labels['ar']}"
    yield ""
    if "en" in scheme.definition:
        yield scheme.definition["en"]
        yield ""
    yield "| code | English | Arabic | elsewhere | more |"
    yield "|---|---|---|---|---|"
    for term, depth in _in_tree_order(scheme):
        yield _row(vocabulary, term, depth)
    yield ""


def _in_tree_order(scheme: Scheme, parent: str | None = None, depth: int = 0) -> Iterator[tuple[Term, int]]:
    for term in scheme.terms.values():
        if term.parent == parent:
            yield term, depth
            yield from _in_tree_order(scheme, term.code, depth + 1)


def _row(vocabulary: Vocabulary, term: Term, depth: int) -> str:
    arabic = term.labels["ar"] + (f" / {term.labels['ar-f']}" if "ar-f" in term.labels else "")
    elsewhere = "; ".join(f"{name} {', '.join(codes)}" for name, codes in sorted(term.crosswalk.items()))
    more = [f"{name}: {', '.join(values)}" for name, values in term.properties.items()]
    if term.members:
        more.append(f"members: {', '.join(term.members)}")
    if term.deprecated:
        more.append(f"deprecated{f', use `{term.replaced_by}`' if term.replaced_by else ''}")
    if term.pack != "core":
        more.append(f"pack {term.pack}")
    cells = (
        "· " * depth + f"`{term.code}`",
        term.labels["en"],
        arabic,
        elsewhere + (" †" if term.unchecked else ""),
        "; ".join(more),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Print the page, for ``python -m dalil.vocabulary.page > docs/reference/vocabulary.md``."""
    from dalil.vocabulary.loading import load_vocabulary

    print(vocabulary_page(load_vocabulary()), end="")


if __name__ == "__main__":
    main()
