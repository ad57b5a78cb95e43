"""The Typst files that set a report; they hold no content, only how it looks."""
