"""The attribute `vectors`: an array like any other, of which a sketch may be kept while nobody else holds it."""

from __future__ import annotations

from typing import Any, Protocol, Self, overload

import numpy.typing as npt

from cw2v.query.sketch import SketchKeeper

__all__ = ["MatrixAttribute"]


class _Owner(Protocol):
    _keeper: SketchKeeper


class MatrixAttribute:
    """Stored in the owner's ``__dict__``; whoever asks for it may change it, which the owner's keeper is told."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: _Owner, owner: type) -> npt.NDArray[Any]: ...

    def __get__(self, instance: _Owner | None, owner: type) -> npt.NDArray[Any] | Self:
        if instance is None:
            return self
        instance._keeper.touch()
        try:
            matrix: npt.NDArray[Any] = instance.__dict__["vectors"]
        except KeyError:
            raise AttributeError("vectors") from None
        return matrix

    def __set__(self, instance: _Owner, matrix: npt.NDArray[Any]) -> None:
        instance._keeper.touch()
        instance.__dict__["vectors"] = matrix
