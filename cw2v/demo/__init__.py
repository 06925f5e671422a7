"""A demonstration that needs no file: a generated corpus with planted relations, trained on, examined and drawn."""

from cw2v.demo.corpus import RELATIONS, SENTENCES, generate
from cw2v.demo.show import draw, run

__all__ = ["RELATIONS", "SENTENCES", "draw", "generate", "run"]
