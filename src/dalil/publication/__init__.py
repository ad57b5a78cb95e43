"""What goes out: reports whose every number is bound to a figure run and can be opened again.

`template` loads and checks what people wrote; `from_runs` shows figure runs to a page; `composing` brings the two
together; `typesetting` sets the result as PDF/A-3; `report` is the door. How a report looks lies in ``typeset/``, the
words around the prose in ``words/``.
"""
