"""Why a record is not in a figure, or nobody can tell whether it is, in the reader's language.

A definition names its clauses itself. The names that the packs' definitions use are known here; another is shown as
it is named, and what every definition shares (``…_not_said``, ``counted_in_…``) is said in words all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOT_SAID: Final = "_not_said"
COUNTED_IN: Final = "counted_in_"
CLAUSES: Final[Mapping[str, Any]] = {
    "amount": gettext_lazy("how many is not exact"),
    "arrested": gettext_lazy("when they were arrested"),
    "children": gettext_lazy("whether they were a child"),
    "died": gettext_lazy("whether they died"),
    "disappeared_after_appearance": gettext_lazy("whether they disappeared after being shown"),
    "enumerated": gettext_lazy("whether they are counted one by one"),
    "grade": gettext_lazy("how well it is established"),
    "kind": gettext_lazy("what kind it is"),
    "not_kinship": gettext_lazy("whether it was over kinship"),
    "over_70": gettext_lazy("whether they were over seventy"),
    "party": gettext_lazy("who held them, or did it"),
    "place": gettext_lazy("where it was"),
    "reason": gettext_lazy("for what reason"),
    "refused": gettext_lazy("refused to be counted"),
    "recipient": gettext_lazy("who received it"),
    "said_of": gettext_lazy("of whom it is said"),
    "sex": gettext_lazy("of which sex they are"),
    "status": gettext_lazy("what their status was on the day"),
    "target": gettext_lazy("what was struck"),
}
"""What each clause asks."""


def reason_text(code: str) -> str:
    """Return a reason in words."""
    if code.startswith(COUNTED_IN):
        return _("counted in %(figure)s already") % {"figure": code.removeprefix(COUNTED_IN)}
    if code.endswith(NOT_SAID):
        return _("not said: %(what)s") % {"what": reason_text(code.removesuffix(NOT_SAID))}
    return str(CLAUSES.get(code, code.replace("_", " ")))
