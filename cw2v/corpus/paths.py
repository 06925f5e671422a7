"""Which files a path, a folder or a pattern means."""

from __future__ import annotations

import errno
import glob
import os
import stat

from cw2v.errors import CorpusError, CorpusTypeError

__all__ = ["check_path", "expand_path", "file_state", "input_files", "regular_file"]


def check_path(path: object, argument: str) -> str:
    """A path as text.

    Raises
    ------
    CorpusTypeError
        It is not a path.
    CorpusError
        It has a NUL byte in it, or is an address on the network.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise CorpusTypeError(f"{argument} must be a path (str or os.PathLike), got {type(path).__name__}")
    name = os.fsdecode(path)
    if "\0" in name:
        raise CorpusError(f"{argument} {name!r} is not a valid path: it has a NUL byte in it")
    if "://" in name and not os.path.exists(name):
        raise CorpusError(f"{argument} {name!r} is an address: nothing is fetched; open it and pass the file object")
    return name


def regular_file(name: str, argument: str) -> str:
    """`name`, if a regular file is there.

    Opening a pipe waits for somebody to write, and a second reading would wait for ever.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError, OSError, CorpusError
    """
    try:
        mode = os.stat(name).st_mode
    except FileNotFoundError:
        raise FileNotFoundError(errno.ENOENT, f"{argument} does not exist; check the path", name) from None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(
            errno.EISDIR, f"{argument} is a directory; pass a file, or read all its files with PathLineSentences", name
        )
    if not stat.S_ISREG(mode):
        raise CorpusError(f"{argument} {name!r} is a pipe or a device; open it and pass that, to read it once")
    if not os.access(name, os.R_OK):
        raise PermissionError(errno.EACCES, f"{argument} may not be read; check permissions", name)
    return name


def input_files(path: str, recursive: bool, argument: str = "source", above: tuple[str, ...] = ()) -> list[str]:
    """The files of a folder in the order of their names, hidden ones left out; or `path` itself, if it is none."""
    if not os.path.isdir(path):
        if not os.path.exists(path):
            raise FileNotFoundError(errno.ENOENT, f"{argument} does not exist; check the path", path)
        return [path]
    real = os.path.realpath(path)
    if real in above:  # a link to a folder that it lies in
        raise CorpusError(f"{path} is a link to a folder around it, so reading would never end; remove the link")
    files = []
    for name in sorted(os.listdir(path)):
        if name.startswith("."):
            continue
        inside = os.path.join(path, name)
        if not os.path.isdir(inside):
            files.append(inside)
        elif recursive:
            files += input_files(inside, recursive, argument, (*above, real))
        else:
            raise IsADirectoryError(errno.EISDIR, "source has a folder in it; recursive=True reads it too", inside)
    return files


def expand_path(path: object, argument: str) -> list[str]:
    """The files that a path means: itself, those of a folder and of all within it, or those that match a pattern.

    Raises
    ------
    CorpusTypeError, CorpusError, FileNotFoundError
        Not a path, or there are no such files.
    """
    name = check_path(path, argument)
    if not glob.has_magic(name) or os.path.exists(name):
        return _files_within(name, argument)
    matches = sorted(glob.glob(name, recursive=True))
    if not matches:
        raise FileNotFoundError(errno.ENOENT, f"{argument} is a pattern that no file matches", name)
    # "**" matches folders as well as what is in them.
    return list(dict.fromkeys(file for match in matches for file in _files_within(match, argument)))


def _files_within(name: str, argument: str) -> list[str]:
    files = input_files(name, True, argument)
    if not files:
        raise CorpusError(f"{argument} {name!r} is a folder without files; hidden ones are not read")
    return files


def file_state(path: str) -> tuple[str, int, int, int]:
    """(real path, size in bytes, time of change in ns, inode): equal as long as the file has not changed."""
    real = os.path.realpath(path)
    status = os.stat(real)
    return real, status.st_size, status.st_mtime_ns, status.st_ino
