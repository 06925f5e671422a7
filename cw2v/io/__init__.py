"""Keeping vectors: the project's own format, word2vec's formats, files that are never half written.

Nothing here trains or asks; every function takes arrays and paths. No file that is read can run anything.
"""

from cw2v.io.atomic import atomic_write

__all__ = ["atomic_write"]
