"""Speed and memory, on realistic sizes, as ratios to baselines measured in the same run: ``make bench``."""
