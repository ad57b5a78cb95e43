"""Values with no life of their own: dates, digests, ids, canonical bytes, the clock.

Everything here is a pure function of its arguments, or a clock or source of randomness that is passed in as one.
"""
