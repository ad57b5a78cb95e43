"""The publication room's own words, one YAML file a language."""
