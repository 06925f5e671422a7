"""Pictures of word vectors: files written without a display, and a page for the browser.

:func:`scatter`, :func:`analogy`, :func:`loss` and :func:`neighbors` draw with matplotlib (``pip install
cw2v[plot]``) and return its Figure; none of them touches ``pyplot``. :func:`html` needs nothing. Words that are not
in the vocabulary are named in one warning, and the others are drawn.

>>> import tempfile, os
>>> import cw2v, cw2v.plot
>>> model = cw2v.Word2Vec([["tea", "cup"], ["tea", "pot"]] * 10, min_count=1, vector_size=8, workers=1)
>>> path = os.path.join(tempfile.mkdtemp(), "words.html")
>>> cw2v.plot.html(model.wv, path)
>>> os.path.getsize(path) > 1000
True
"""

from cw2v.plot.arrows import analogy
from cw2v.plot.curves import loss
from cw2v.plot.heatmap import neighbors
from cw2v.plot.page import html
from cw2v.plot.points import scatter

__all__ = ["analogy", "html", "loss", "neighbors", "scatter"]
