"""What people must decide: which pairs to look at first, who may decide them, and what a decision becomes.

Every decision is a signed judgement in the ledger. The queue itself is derived, and may be deleted at any time.
"""
