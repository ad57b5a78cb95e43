"""Readers: any sheet people send, as named columns and numbered rows of text."""

from dalil.intake.readers.limits import Limits
from dalil.intake.readers.opening import open_sheet
from dalil.intake.readers.sheets import CELL_ERRORS, ROWS_IN_A_CHUNK, ReaderOptions, Row, Sheet

__all__ = ["CELL_ERRORS", "ROWS_IN_A_CHUNK", "Limits", "ReaderOptions", "Row", "Sheet", "open_sheet"]
