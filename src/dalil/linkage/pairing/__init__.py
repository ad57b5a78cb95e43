"""Which pairs of records are compared: keys, rules, a sieve, and how many true pairs no rule found."""
