"""From values of the rooms to what a page shows: words, dates, drawings. Nothing here asks a database."""
