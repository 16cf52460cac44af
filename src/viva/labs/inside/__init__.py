"""What runs inside a box: our own programs, and nothing else of Viva.

This folder alone is shown to both boxes, so its files import the standard library, NumPy and each
other, never the rest of the package. ``__main__.py`` is the program; ``worker`` answers for the
candidate's files and ``checker`` runs a lab's checks.
"""

__all__: list[str] = []
