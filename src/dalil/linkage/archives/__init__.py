"""Linking an archive: its accounts as records, its people's verdicts as labels, what is found as judgements."""
