"""What a pair of records says: its fields compared, and the odds that both are of one person."""
