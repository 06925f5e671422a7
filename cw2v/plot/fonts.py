"""Fonts that have the letters: what matplotlib brings, then what is installed, then an empty box and one warning."""

from __future__ import annotations

import contextlib
import functools
import logging
import unicodedata
from collections.abc import Iterable

__all__ = ["FIRST", "drawable"]

logger = logging.getLogger("cw2v.plot")

FIRST = "DejaVu Sans"  # comes with matplotlib
_BOX = "□"
# Looked at before the others, by how well they look beside the first; the rest in the order of their names.
_PREFERRED = ("Noto Sans", "WenQuanYi", "Droid Sans", "Source Han", "Arial Unicode", "PingFang", "Hiragino",
              "Microsoft YaHei", "Malgun", "Meiryo", "Unifont")
# No letters in them that can be read: TeX's own numbering, and the font of boxes that stand for missing letters.
_USELESS = ("cm", "STIXN", "STIXS", "Last Resort", "DejaVu Sans Display", "DejaVu Serif Display")


@functools.cache
def _letters(path: str) -> frozenset[int]:
    """The characters of a font file; none where it cannot be drawn with, as fonts of coloured pictures cannot."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        return frozenset(font.get_charmap()) if font.scalable else frozenset()
    except (OSError, RuntimeError, ValueError):
        return frozenset()


def _installed() -> list[tuple[str, str]]:
    """Name and file of each family, in the order in which to try them."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    # matplotlib keeps a list of fonts on the disk, and does not see those that are installed after it was made.
    for path in set(findSystemFonts()) - {str(entry.fname) for entry in fontManager.ttflist}:
        with contextlib.suppress(OSError, RuntimeError, ValueError, KeyError):
            fontManager.addfont(path)
    files: dict[str, str] = {}
    for entry in sorted(fontManager.ttflist, key=lambda e: (e.style != "normal", abs(int(_weight(e.weight)) - 400))):
        if not entry.name.startswith(_USELESS):
            files.setdefault(entry.name, entry.fname)
    place = {name: next((i for i, start in enumerate(_PREFERRED) if name.startswith(start)), len(_PREFERRED))
             for name in files}
    return sorted(files.items(), key=lambda item: (place[item[0]], item[0]))


def _weight(weight: object) -> int:
    return weight if isinstance(weight, int) else 400


def drawable(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Font families for some texts, and the texts with an empty box for each letter that no installed font has.

    One warning tells the letters and their scripts. matplotlib itself would warn once a letter and drawing.

    Returns
    -------
    families : list of str
        For the text property ``family``; matplotlib takes each letter from the first that has it.
    texts : list of str
    """
    wanted = list(texts)
    families, missing = [FIRST], {ord(c) for text in wanted for c in text} - _letters(_path_of_first())
    for name, path in _installed() if missing else []:
        if found := missing & _letters(path):
            families.append(name)
            missing -= found
    if missing:
        letters = [chr(code) for code in sorted(missing)]
        shown = "".join(letters[:20]) + (f" and {len(letters) - 20} more" if len(letters) > 20 else "")
        logger.warning("no installed font has the letters of %s (%s): drawn as %s",
                       ", ".join(dict.fromkeys(map(_script, letters))), shown, _BOX)
        boxes = dict.fromkeys(missing, _BOX)
        wanted = [text.translate(boxes) for text in wanted]
    return families, wanted


def _path_of_first() -> str:
    from matplotlib.font_manager import findfont

    return str(findfont(FIRST))


def _script(letter: str) -> str:
    """The script of a letter: its name in Unicode begins with it."""
    name = unicodedata.name(letter, "")
    return name.split()[0] if name and unicodedata.category(letter).startswith(("L", "M")) else "symbols"
