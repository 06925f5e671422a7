"""cw2v's classes for modules that import gensim's, which is never changed itself."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import cw2v
from cw2v import models, utils
from cw2v.errors import ParameterError
from cw2v.io.gensim import import_gensim

__all__ = ["use_in"]

# The modules of gensim that have a stand-in here.
_STAND_INS: dict[str, ModuleType] = {
    "gensim": cw2v,
    "gensim.models": models,
    "gensim.models.word2vec": models.word2vec,
    "gensim.models.keyedvectors": models.keyedvectors,
    "gensim.models.phrases": models.phrases,
    "gensim.models.callbacks": models.callbacks,
    "gensim.utils": utils,
}


class _StandIn(ModuleType):
    """What a module of gensim looks like to a consumer: our names, and gensim's where we have none."""

    def __init__(self, theirs: ModuleType) -> None:
        super().__init__(theirs.__name__, theirs.__doc__)
        self.__dict__["_theirs"] = theirs
        self.__dict__["_ours"] = _STAND_INS[theirs.__name__]

    def __getattr__(self, name: str) -> Any:
        theirs = getattr(self._theirs, name)
        if isinstance(theirs, ModuleType):
            return _StandIn(theirs) if theirs.__name__ in _STAND_INS else theirs
        return theirs if name.startswith("_") else getattr(self._ours, name, theirs)


@contextlib.contextmanager
def use_in(*consumers: ModuleType | str) -> Iterator[list[str]]:
    """Within the block, modules that import gensim's classes have cw2v's in their place.

    Only the names in the consumers' own modules are changed, and changed back at the end; gensim itself is not touched,
    and other modules go on using it.

    Parameters
    ----------
    *consumers : module or str
        Modules, or their names; of a package also every module of it that has been imported.

    Yields
    ------
    list of str
        What was replaced, as "module.name".

    Raises
    ------
    ParameterError
        A consumer has no name of gensim's in it, so that nothing would change.

    Examples
    --------
    >>> import node2vec                                                      # doctest: +SKIP
    >>> with use_in(node2vec):                                               # doctest: +SKIP
    ...     model = node2vec.Node2Vec(graph).fit()
    """
    if not consumers:
        raise ParameterError("use_in needs the modules that are to use cw2v")
    stand_ins = _replacements()
    changed: list[tuple[ModuleType, str, Any]] = []
    try:
        for consumer in consumers:
            found = list(_names_of(consumer, stand_ins))
            if not found:
                raise ParameterError(f"{getattr(consumer, '__name__', consumer)!r} has none of gensim's names in its "
                                     "modules: pass the module that imports them")
            for module, name, ours in found:
                changed.append((module, name, getattr(module, name)))
                setattr(module, name, ours)
        yield [f"{module.__name__}.{name}" for module, name, _ in changed]
    finally:
        for module, name, theirs in reversed(changed):
            setattr(module, name, theirs)


def _replacements() -> dict[int, Any]:
    """Our stand-in for each object of gensim's, by its identity."""
    found: dict[int, Any] = {}
    for name, ours in _STAND_INS.items():
        theirs = import_gensim(name)
        found[id(theirs)] = _StandIn(theirs)
        if name != "gensim":
            for public in getattr(ours, "__all__", ()):
                if hasattr(theirs, public) and not isinstance(getattr(theirs, public), int | ModuleType):
                    found[id(getattr(theirs, public))] = getattr(ours, public)
    return found


def _names_of(consumer: ModuleType | str, stand_ins: dict[int, Any]) -> Iterator[tuple[ModuleType, str, Any]]:
    name = consumer if isinstance(consumer, str) else consumer.__name__
    importlib.import_module(name)
    for other, module in sorted(sys.modules.items()):
        if module is not None and (other == name or other.startswith(name + ".")):
            for attribute, value in list(vars(module).items()):
                if id(value) in stand_ins:
                    yield module, attribute, stand_ins[id(value)]
