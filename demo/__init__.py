"""The demonstration: an invented population at full size, written as lists the way such lists really look.

Nobody here exists. Persons are drawn by :mod:`demo.population` from parts of names that everybody bears; the lists that
tell of them are written by :mod:`demo.lists`. Read ``docs/explanation/demonstration.md`` first.
"""
