"""The text of one source, a piece at a time: a file, packed or not, or a file object."""

from __future__ import annotations

import codecs
import operator
import os
from collections.abc import Iterator
from typing import Any

from cw2v.corpus.paths import check_path, regular_file
from cw2v.corpus.spans import SpannedFile
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError, ParameterError
from cw2v.io.packed import PIECE_BYTES, file_pieces, packer_by_content, packer_by_name

__all__ = ["TextSource", "check_count", "check_encoding"]

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def check_count(name: str, value: object, least: int) -> int:
    """`value` as an int of at least `least`, or ParameterError."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise ParameterError(f"{name} must be an int of at least {least}, got {value!r}")
    return number


def check_encoding(encoding: object, errors: object, errors_name: str = "errors") -> None:
    """Raise ParameterError unless `encoding` is a text encoding and `errors` a way to meet bad bytes in it."""
    for name, value in (("encoding", encoding), (errors_name, errors)):
        if not isinstance(value, str):
            raise ParameterError(f"{name} must be a str such as 'utf-8' or 'replace', got {value!r}")
    assert isinstance(encoding, str)
    assert isinstance(errors, str)
    try:
        b"a".decode(encoding, "ignore")
        codecs.getincrementaldecoder(encoding)
    except UnicodeError:
        pass  # one byte is no text in some encodings
    except (LookupError, ValueError):
        raise ParameterError(f"encoding must be a text encoding that Python knows, got {encoding!r}") from None
    try:
        b"\xff".decode("ascii", errors)
    except UnicodeDecodeError:
        pass
    except (LookupError, ValueError, TypeError):
        expected = "'strict', 'replace', 'ignore', 'backslashreplace' or another name registered for decoding"
        raise ParameterError(f"{errors_name} must be {expected}, got {errors!r}") from None


class TextSource:
    """The text of a path or a file object, read from its beginning each time.

    Parameters
    ----------
    source : path or file object
        A name that ends in .gz, .bz2, .xz or .zst is unpacked. A file object is open for reading, binary or text;
        one that cannot seek is read once.
    encoding, errors : str
        As of `bytes.decode`; a text stream has decoded its bytes itself.
    argument, errors_name : str
        Names of the arguments `source` and `errors` for messages.
    rewind : bool, default True
        False: read a file object from where it stands, whether it can seek or not.
    piece_bytes : int, default 64 KiB
        What is read at a time.

    Attributes
    ----------
    name : str
        The path, or what is known of a file object, for messages.
    is_stream : bool
        Whether `source` is a file object.

    Raises
    ------
    CorpusTypeError, CorpusError, ParameterError
        `source` is neither a path nor a file object; `encoding` or `errors` is unknown.
    """

    def __init__(
        self, source: Any, encoding: str = "utf-8", errors: str = "strict", argument: str = "source", *,
        errors_name: str = "errors", rewind: bool = True, piece_bytes: int = PIECE_BYTES,
    ) -> None:  # fmt: skip
        check_encoding(encoding, errors, errors_name)
        self.source, self.encoding, self.errors, self.argument = source, encoding, errors, argument
        self.errors_name = errors_name
        self.is_stream = callable(getattr(source, "read", None))
        self._may_rewind, self._piece_bytes = rewind, piece_bytes
        self._is_spent = False
        if self.is_stream:
            self.name = f"{argument} {getattr(source, 'name', None) or type(source).__name__}"
        elif isinstance(source, (str, bytes, os.PathLike)):
            self.name = check_path(source, argument)
        else:
            raise CorpusTypeError(
                f"{argument} must be a path or a file object open for reading, got {type(source).__name__}; "
                "lists of strings need no reader: [line.split() for line in lines]"
            )

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are those that :meth:`utf8_pieces` gives."""
        return self.errors == "strict" and codecs.lookup(self.encoding).name == "utf-8"

    def spanned_file(self) -> SpannedFile | None:
        """The file where its bytes are the text (`is_utf8`), for reading by several threads; None where they are not,
        or the file does not tell its size. Raises as :meth:`chunks`."""
        if self.is_stream or not self.is_utf8 or packer_by_name(self.name) or not hasattr(os, "preadv"):
            return None
        file = SpannedFile(regular_file(self.name, self.argument))
        head = bytearray(10)
        file.read_into(memoryview(head), 0)
        self._refuse_packed(bytes(head))
        return file if file.size else None

    def utf8_pieces(self) -> Iterator[bytes]:
        """The text as UTF-8, in pieces. Where that is its encoding already (`is_utf8`), bytes are not looked at.

        A byte order mark may be at the beginning. Raises as :meth:`chunks`.
        """
        if not self.is_utf8:
            for text in self.chunks():
                yield self._encoded(text)
            return
        is_begin = True
        for piece in self._pieces():
            if is_begin and isinstance(piece, bytes):
                self._refuse_packed(piece)
            is_begin = False
            yield self._encoded(piece) if isinstance(piece, str) else piece

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError as error:
            raise CorpusDecodeError(
                f"{self.name}: {text[error.start]!a} in {text[max(0, error.start - 20) : error.end]!a} is half a "
                f"character, which no word may have; decode the text with {self.errors_name}='replace'", b"", 0, 0,
            ) from None  # fmt: skip

    def chunks(self) -> Iterator[str]:
        """The text in pieces that are not empty, without a byte order mark.

        Text before bytes that cannot be decoded is given before the error is raised.

        Raises
        ------
        OSError
            The file cannot be opened or read.
        TruncatedFileError, FileFormatError, MissingExtraError
            As of :func:`cw2v.io.packed.file_pieces`.
        CorpusDecodeError
            Bytes are not text in this encoding.
        CorpusError
            It is a pipe or a device, is packed without a name that says so, or cannot be read a second time.
        """
        is_begin = True
        for text in self._decoded(self._pieces()):
            if is_begin and text:
                text, is_begin = text.removeprefix("\ufeff"), False
            if text:
                yield text

    def _pieces(self) -> Iterator[Any]:
        return self._stream_pieces() if self.is_stream else self._file_pieces()

    def _file_pieces(self) -> Iterator[bytes]:
        with open(regular_file(self.name, self.argument), "rb", buffering=0) as file:
            yield from file_pieces(file, self.name, self._piece_bytes)

    def _stream_pieces(self) -> Iterator[Any]:
        position = self._rewind()
        while True:
            if position is not None:
                self.source.seek(position)  # somebody else may have read in between
            piece = self.source.read(self._piece_bytes)
            if not isinstance(piece, (str, bytes)):
                raise CorpusTypeError(f"{self.name}: read() gave {type(piece).__name__}, expected bytes or str")
            if not piece:
                return
            if position is not None:
                position = self.source.tell()
            yield piece

    def _rewind(self) -> int | None:
        # Back to the beginning; None where that is not possible, which is good for one reading.
        if getattr(self.source, "closed", False):
            raise CorpusError(f"{self.name} is closed; open it again, or pass its path")
        readable, seekable = (getattr(self.source, name, None) for name in ("readable", "seekable"))
        if callable(readable) and not readable():
            raise CorpusError(f"{self.name} is not open for reading")
        if not self._may_rewind:
            return None
        if seekable() if callable(seekable) else hasattr(self.source, "seek"):
            return 0
        if self._is_spent:
            raise CorpusError(f"{self.name} cannot be read a second time, because it cannot seek; write it to a file, "
                              "or keep its sentences: list(...)")  # fmt: skip
        self._is_spent = True
        return None

    def _refuse_packed(self, head: bytes) -> None:
        packer = packer_by_content(head[:10])
        if packer is not None:
            raise CorpusError(f"{self.name} is {packer} data that are not unpacked; pass a path that ends in .gz, "
                              ".bz2, .xz or .zst, or open it with the module that unpacks it")  # fmt: skip

    def _decoded(self, pieces: Iterator[Any]) -> Iterator[str]:
        decoder: _Decoder | None = None
        for piece in pieces:
            if isinstance(piece, str):
                yield piece
                continue
            if decoder is None:
                self._refuse_packed(piece)
                decoder = _Decoder(self, piece[:2])
            yield from decoder.feed(piece)
        if decoder is not None:
            yield from decoder.feed(b"", is_end=True)


class _Decoder:
    """Bytes to text, knowing line and byte offset when they cannot be decoded."""

    def __init__(self, source: TextSource, head: bytes) -> None:
        self.source, self.head = source, head
        self.decoder = codecs.getincrementaldecoder(source.encoding)(source.errors)
        self.n_bytes, self.n_lines = 0, 0

    def feed(self, data: bytes, is_end: bool = False) -> Iterator[str]:
        state = self.decoder.getstate()
        try:
            text = self.decoder.decode(data, is_end)
        except UnicodeDecodeError as error:
            before = codecs.getincrementaldecoder(self.source.encoding)("replace")
            before.setstate((b"", state[1]))
            text = before.decode(error.object[: error.start])
            yield text
            raise self._located(error, data, text) from None
        except UnicodeError as error:  # UTF-16 without its mark, for one
            message = f"{self.source.name} is not {self.source.encoding}: {error}"
            raise CorpusDecodeError(message, data[:8], 0, 1, self.source.encoding) from None
        self.n_bytes += len(data)
        self.n_lines += text.count("\n")
        yield text

    def _located(self, error: UnicodeDecodeError, data: bytes, before: str) -> CorpusDecodeError:
        held = len(error.object) - len(data)  # bytes of a character that began in the piece before
        offset = self.n_bytes - held + error.start
        line = self.n_lines + before.count("\n") + 1
        byte = error.object[error.start]
        begin = max(0, error.start - 20)
        shown = error.object[begin : error.end + 10]
        hint = f"pass encoding= if it is in another, or {self.source.errors_name}='replace'"
        if self.head in _UTF16 and not codecs.lookup(self.source.encoding).name.startswith("utf-16"):
            hint = "it begins as UTF-16 does: pass encoding='utf-16'"
        elif not data:
            hint = "the text ends within a character: it was cut"
        return CorpusDecodeError(
            f"{self.source.name}, line {line}, byte offset {offset}: byte 0x{byte:02x} in {shown!r} is not "
            f"{self.source.encoding} ({error.reason}); {hint}",
            shown, error.start - begin, error.end - begin, self.source.encoding,
        )  # fmt: skip
