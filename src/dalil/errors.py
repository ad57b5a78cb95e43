"""Every exception dalil raises, grouped by who must act.

A message says what was expected, what was found, where, and what to do next. It holds identifiers, positions, column
names and counts, never a person's name or the words of a record. Each class has an exit code for the command line and a
page under ``docs/reference/errors.md``, generated from the docstrings here.
"""

from __future__ import annotations


class DalilError(Exception):
    """Something dalil refuses to go on with.

    Parameters
    ----------
    message : str
        What happened, in one sentence.
    expected, found, where, todo : str, optional
        The four things a reader needs; shown on lines of their own.
    """

    exit_code = 40
    who = "us"

    def __init__(self, message: str, *, expected: str = "", found: str = "", where: str = "", todo: str = "") -> None:
        self.message, self.expected, self.found, self.where, self.todo = message, expected, found, where, todo
        super().__init__(message)

    def __str__(self) -> str:
        parts = [self.message]
        for label, text in (("expected", self.expected), ("found", self.found), ("where", self.where)):
            if text:
                parts.append(f"  {label}: {text}")
        if self.todo:
            parts.append(f"  what to do: {self.todo}")
        return "\n".join(parts)


# --- the person with the file ---------------------------------------------------------------------------------------
class BadInput(DalilError):
    """Something handed to dalil cannot be taken as it is; nothing was written."""

    exit_code = 10
    who = "the person with the file"


class UnreadableFile(BadInput):
    """The file is not of a kind dalil reads, or not in an encoding it can recognise."""


class HostileFile(BadInput):
    """The file would expand or nest beyond what an honest file does (a zip bomb, for instance)."""


class PasswordProtected(BadInput):
    """The file is encrypted with a password."""


class TruncatedFile(BadInput):
    """The file ends before its own structure says it should."""


class WrongMapping(BadInput):
    """The mapping does not fit its own rules or the sheet it is used on."""


class UnknownTerm(BadInput):
    """A code, label or alias that no vocabulary pack holds."""


class UnknownPredicate(BadInput):
    """A statement says something for which the vocabulary has no predicate."""


class WrongValue(BadInput):
    """A value does not have the form its predicate asks for."""


class ImpossibleDate(BadInput):
    """A date that no calendar has, such as 31 February."""


class UnreadableDate(BadInput):
    """A date dalil cannot read without guessing."""


class AmbiguousDate(BadInput):
    """A date that reads two ways under the mapping's habits."""


class WrongAccountFile(BadInput):
    """An account file breaks its format."""


class WrongDefinition(BadInput):
    """A figure definition breaks its format or names something that does not exist."""


class UnknownFigure(BadInput):
    """No figure definition has this name."""


class UnknownSubject(BadInput):
    """An id that no account in this archive introduced."""


class TemplateWrong(BadInput):
    """A report template cannot be set."""


class WrongTable(BadInput):
    """A table of lists and overlaps breaks its format, or an estimate was asked for in a way that has no meaning."""


class WrongLists(BadInput):
    """Lists that cannot be linked as they are: no usable field, ids that are not distinct, labels that do not fit."""


class WrongVocabulary(BadInput):
    """A vocabulary pack or overlay breaks its format."""


# --- the reviewer ---------------------------------------------------------------------------------------------------
class ReviewNeeded(DalilError):
    """A person must decide before dalil goes on."""

    exit_code = 20
    who = "the reviewer"


class ReviewStale(ReviewNeeded):
    """What someone is deciding on has changed since it was shown to them; nothing was recorded."""


class ReviewRefused(ReviewNeeded):
    """A verdict that the rules of review do not let this person give here; nothing was recorded."""


class WorkStopped(ReviewNeeded):
    """Someone stopped work that went on in the background; what it had recorded by then stays."""


# --- the archive keeper ---------------------------------------------------------------------------------------------
class KeeperNeeded(DalilError):
    """The archive or the machine it lives on needs its keeper."""

    exit_code = 30
    who = "the archive keeper"


class ArchiveNotFound(KeeperNeeded):
    """No archive at this address."""


class ArchiveExists(KeeperNeeded):
    """An archive, or something else, is already at this address."""


class WrongConfiguration(KeeperNeeded):
    """`dalil.toml` breaks its format."""


class LedgerDamaged(KeeperNeeded):
    """The ledger does not verify: bytes, tree, signature or order are not what was recorded."""


class LedgerBusy(KeeperNeeded):
    """Another process is writing to this archive."""


class StoreFull(KeeperNeeded):
    """The disk, or the room the store may use, is full; the unfinished batch was rolled back."""


class KeyMissing(KeeperNeeded):
    """A signing key that the archive needs is not where it should be."""


class DerivedStale(KeeperNeeded):
    """What is kept under ``derived/`` is not what this version makes; delete it, or run `dalil rebuild`."""


class NotPermitted(KeeperNeeded):
    """An account asked for work that its role does not include."""


class FontMissing(KeeperNeeded):
    """A typeface that reports are set in is not installed."""


# --- us -------------------------------------------------------------------------------------------------------------
class Bug(DalilError):
    """Something that cannot happen has happened; please report it."""
