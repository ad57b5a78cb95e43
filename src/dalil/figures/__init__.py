"""Figures: how many, of whom, as of which day, as known when; and who exactly. See ``Figures``."""

from dalil.figures.figures import Figures
from dalil.figures.runs import Cell, Duration, FigureRun, Ratio, Span

__all__ = ["Cell", "Duration", "FigureRun", "Figures", "Ratio", "Span"]
