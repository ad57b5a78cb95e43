"""The signed, append-only log of everything anyone said, decided or issued here.

An entry is a header and a body. Headers are leaves of a Merkle tree (RFC 6962) and are kept for ever; bodies are
bound to their headers by salted commitments, so that a body can be erased and every other proof stays valid. Entries
come in batches, each one transaction, each signed by the actor who made it. Formats: ``docs/reference/formats``.
"""
