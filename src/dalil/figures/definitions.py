"""A figure's definition as a value: what is counted, of which records, on which day, under which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from dalil.figures.conditions import AgeReference, Clause, Condition, Selector
from dalil.values.canonical import JsonObject

EPISODES = "episodes"
Estimator: TypeAlias = Literal["lcm", "dga", "loglinear", "chao"]
ESTIMATORS: Final[tuple[Estimator, ...]] = get_args(Estimator)
LINKAGE_DRAWS: Final = 20
"""Ways of joining drawn for an estimate: twice as many as HRDAG asks of imputed labels."""
COUNTED_CLASSES = ("documented_named", "documented_unnamed", "estimated", "surveyed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The records a figure looks at.

    Attributes
    ----------
    kind
        ``episodes``: detention episodes with their detainees. ``things``: subjects of one kind, with everything any
        source says of them in ``predicate``. ``rows``: single statements of ``predicate``.
    predicate : str
        For ``things`` and ``rows``.
    """

    kind: Literal["episodes", "things", "rows"]
    predicate: str = "detainee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A dimension whose cells are conditions; ``overlap`` where one record may be in several."""

    name: str
    overlap: bool
    cells: Mapping[str, Condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """A dimension with one cell for each value that occurs.

    Attributes
    ----------
    attribute : str
        What to split by.
    gather : str or None
        For dates ``year``; for places the kind to gather them in, such as ``governorate``.
    under : tuple of str
        Terms whose cells take in everything below them.
    """

    name: str
    overlap: bool
    attribute: str
    gather: str | None = None
    under: tuple[str, ...] = ()


Dimension: TypeAlias = Cells | By


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Records that fit, counted."""

    base: Base
    member: str
    total: str | None
    where: tuple[Clause, ...]
    except_: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    age_reference: AgeReference


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOf:
    """One cell of another figure, as a figure of its own."""

    figure: str
    dimension: str
    cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A number that a source gives, with everything others give for the same."""

    about: Selector
    of_what: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioOf:
    """One figure over another of the same unit, day and class."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOf:
    """Everyone in any of several figures of one unit, day and class, each once."""

    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Several figures side by side, not added."""

    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A number in words, as a document has it."""

    value: int
    hedge: str | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderingsOf:
    """The ways in which a document words one figure, each checked against it."""

    figure: str
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeOf:
    """How old a person is on a date, from what is said of birth and age."""

    person: Selector
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthOf:
    """How long an event lasted, by every account of it."""

    event: Selector
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFor:
    """How long a person was held in one episode."""

    episode: Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateOf:
    """How many there are of what a figure counts, recorded or not.

    Attributes
    ----------
    figure : str
        A documented figure with members.
    lists : tuple of str
        Keys of sources; none for every list there is.
    strata : tuple of str
        Dimensions of the figure: each cell is estimated by itself.
    max_order : int or None
        Lists in the largest interaction of a log-linear model.
    reach : mapping of a language to text
        Why nobody was out of every list's reach; empty where nobody answers for it.
    linkage_draws : int
        Ways in which members may be joined otherwise, over which is averaged where a linkage run joined them.
    """

    figure: str
    lists: tuple[str, ...]
    strata: tuple[str, ...]
    method: Estimator
    seed: int
    max_order: int | None
    reach: Mapping[str, str]
    linkage_draws: int


Recipe: TypeAlias = (
    Counted | CellOf | Quoted | RatioOf | UnionOf | Together | RenderingsOf | AgeOf | LengthOf | HeldFor | EstimateOf
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What the document that is regenerated prints."""

    text: str
    value: int | None
    hedge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Cells under ``below`` are not to be published, unless ``exempt`` gives the reason why they may be."""

    below: int
    exempt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A figure, ready to run. ``content`` is the file's own content, of which ``digest`` is taken."""

    name: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    unit: str
    figure_class: str
    as_of: str | None
    method: str | None
    floor: str | None
    denominator: str | None
    printed: Printed | None
    suppression: Suppression | None
    recipe: Recipe
    digest: str
    content: JsonObject = field(repr=False)
