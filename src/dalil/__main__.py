"""``python -m dalil`` is ``dalil``."""

from dalil.cli import main

main()
