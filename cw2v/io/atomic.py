"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from typing import IO, Any

__all__ = ["atomic_write"]


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a file that takes the place of `path` when the block ends, and only if it ends well.

    The data go to a temporary file in the same directory, which is flushed to the disk and then renamed. Where
    the system can, that file has no name until it is whole, so that not even a killed process leaves it behind.
    Whatever goes wrong before that (an exception, a full disk, a killed process) leaves an old file at `path`
    as it was. A symbolic link stays a link: its target is replaced. A pipe or a device is written to
    directly, because it cannot be replaced.

    Parameters
    ----------
    path : str or path
        The file to write.
    mode : {"wb", "w"}
        Bytes, or text in UTF-8 with line feeds.

    Yields
    ------
    file object
        Open for writing.

    Raises
    ------
    FileNotFoundError
        The directory does not exist.
    IsADirectoryError
        `path` is a directory.
    PermissionError
        The file or its directory cannot be written.
    OSError
        The disk is full, or any other failure of the system.
    """
    if mode not in ("wb", "w"):
        raise ValueError(f"mode must be 'wb' or 'w', got {mode!r}")
    text: dict[str, Any] = {} if mode == "wb" else {"encoding": "utf-8", "newline": "\n"}
    target = os.path.realpath(os.fspath(path))
    permissions = _check_target(target)
    if permissions is None:
        with open(target, mode, **text) as device:
            yield device
        return
    temporary = os.path.join(os.path.dirname(target), f".cw2v-{secrets.token_hex(8)}.tmp")
    descriptor, is_nameless = _create(temporary, permissions)
    try:
        with open(descriptor, mode, **text) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if is_nameless:
                _give_name(file.fileno(), temporary)
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.filename is None:  # a write failed: say which file, and what is safe
            kept = "; the old file is unchanged" if os.path.exists(target) else ""
            reason = f"cannot save: {error.strerror or error} (free some space, or save to another place{kept})"
            raise OSError(error.errno, reason, target) from error
        raise
    _sync_directory(os.path.dirname(target))


def _check_target(target: str) -> int | None:
    """Permissions to give the new file; -1: an ordinary new file's; None: `target` is no regular file."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        directory = os.path.dirname(target)
        if not os.path.isdir(directory):
            raise FileNotFoundError(
                errno.ENOENT, "cannot save: the directory does not exist", directory
            ) from None
        return -1
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "cannot save: this is a directory, not a file", target)
    if not stat.S_ISREG(status.st_mode):
        return None
    # A rename would also replace a read-only file; whoever made it read-only does not want that.
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "cannot save: the file is read-only", target)
    return stat.S_IMODE(status.st_mode)


def _create(temporary: str, permissions: int) -> tuple[int, bool]:
    """Create the temporary file; return its descriptor, and whether it has no name yet."""
    place = os.path.dirname(temporary)
    descriptor = _create_nameless(place)
    is_nameless = descriptor is not None
    if descriptor is None:
        try:
            # The system applies the umask to 0o666, as it does for any new file.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(temporary, flags, 0o666)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            raise PermissionError(error.errno, "cannot save: the directory is not writable", place) from error
    if permissions >= 0 and hasattr(os, "fchmod"):
        # A file system without permissions refuses this; the data matter more.
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, permissions)
    return descriptor, is_nameless


def _create_nameless(place: str) -> int | None:
    """A file without a name in a directory (Linux, on most file systems); None where there is no such thing."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(place, os.O_WRONLY | os.O_TMPFILE, 0o666)
    except OSError:
        return None


def _give_name(descriptor: int, path: str) -> None:
    """Link a file without a name into its directory."""
    directory = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        # With a directory's descriptor CPython calls linkat, which follows the link that /proc has; link does not.
        source = f"/proc/self/fd/{descriptor}"
        os.link(source, os.path.basename(path), dst_dir_fd=directory, follow_symlinks=True)
    finally:
        os.close(directory)


def _sync_directory(directory: str) -> None:
    """Make the rename itself durable, where the system lets a directory be flushed."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
