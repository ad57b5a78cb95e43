"""How many nobody recorded: multiple systems estimation, with the honesty built in.

Pure arrays in, an :class:`~dalil.estimation.results.Estimate` out. The room knows nothing of archives; ``figures``
brings it the lists of one.
"""
