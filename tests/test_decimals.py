"""Decimals in vector files: float32 to the shortest text and back, against NumPy, exact fractions and Python."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cw2v._vectors import WordList
from cw2v.errors import FileFormatError
from cw2v.io import word2vec_format

LARGEST = float(np.finfo(np.float32).max)
OVERFLOW = Fraction(2**128 - 2**103)  # half way from the largest to what would be the next


def written(values: np.ndarray) -> list[str]:
    rows = np.ascontiguousarray(values, np.float32).reshape(1, -1)
    text = WordList(b"w\n", 1, False).write(np.zeros(1, np.int64), rows, False).tobytes()
    assert text.startswith(b"w ")
    assert text.endswith(b"\n")
    return text.decode()[2:-1].split(" ")


def read(texts: list[str], folder: Path, dtype: type = np.float32) -> np.ndarray:
    path = folder / "decimals"
    path.write_text(f"1 {len(texts)}\nw {' '.join(texts)}\n")
    return word2vec_format.load(path, datatype=dtype).vectors[0]


def nearest_float32(text: str) -> float:
    """Rounded once, by exact fractions."""
    exact = Fraction(text)
    if abs(exact) >= OVERFLOW:
        return math.copysign(math.inf, exact)
    with np.errstate(over="ignore"):
        start = np.float32(min(max(float(exact), -LARGEST), LARGEST))
    with np.errstate(over="ignore"):
        around = [np.nextafter(start, np.float32(side)) for side in (-np.inf, np.inf)] + [start]
    candidates = [float(x) for x in around if np.isfinite(x)]
    # Of two equally near ones the even one: its last bit is 0.
    return min(candidates, key=lambda x: (abs(Fraction(x) - exact), int(np.float32(x).view(np.uint32)) & 1))


def bits(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 1 << 32, count, np.uint32).view(np.float32)


def test_random_bit_patterns_are_written_with_numpys_digits_as_python_writes_them_and_read_back(tmp_path: Path) -> None:
    values = bits(65_536, 1)
    texts = written(values)
    assert [repr(float(text)) for text in texts] == texts
    numpys = [np.format_float_scientific(x, unique=True) for x in values]
    assert [float(text) for text in texts if text != "nan"] == [float(text) for text in numpys if text != "nan"]
    again = read(texts, tmp_path)
    finite = np.isfinite(values)
    assert (again[finite].view(np.uint32) == values[finite].view(np.uint32)).all()
    assert (np.isnan(again) == np.isnan(values)).all()


def test_every_power_of_two_and_ten_and_their_neighbours(tmp_path: Path) -> None:
    powers = [2.0**k for k in range(-149, 128)] + [10.0**k for k in range(-45, 39)] + [LARGEST, 16777217.0, 0.3]
    near = np.array(powers, np.float32).view(np.uint32)[:, None] + np.arange(-2, 3, dtype=np.int64)
    values = np.clip(near, 0, 0x7F7FFFFF).astype(np.uint32).view(np.float32).ravel()
    texts = written(values)
    assert (read(texts, tmp_path).view(np.uint32) == values.view(np.uint32)).all()
    for text, value in zip(texts, values.tolist(), strict=True):
        digits = len(text.split("e")[0].replace(".", "").strip("0"))
        if digits > 1:  # no decimal with one digit less lies in the interval that rounds to the number
            scale = Fraction(10) ** (math.floor(math.log10(value)) + 2 - digits)
            down = Fraction(value) // scale
            for shorter in (down * scale, (down + 1) * scale):
                assert nearest_float32(str(shorter)) != value or len(str(down).strip("0")) >= digits


def test_forms() -> None:
    values = [0.0, -0.0, 1.0, -2.5, 1e-4, 9.9999e-5, 1e15, 1e16, -1.2345678e15, 1.5e-45, LARGEST, math.inf, -math.inf]
    assert written(np.array(values)) == [
        "0.0", "-0.0", "1.0", "-2.5", "0.0001", "9.9999e-05", "1000000000000000.0", "1e+16",
        "-1234567800000000.0", "1e-45", "3.4028235e+38", "inf", "-inf",
    ]  # fmt: skip


decimals = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,25}(\.[0-9]{0,25})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.from_regex(r"-?\.[0-9]{1,60}(e-?[0-9]{1,2})?", fullmatch=True),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(lambda x: repr(float(x))),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


@st.composite
def near_ties(draw: st.DrawFn) -> str:
    """Half way between two float32, or just beside it, in all its digits."""
    low = np.float32(abs(draw(st.floats(width=32, allow_nan=False, allow_infinity=False))))
    if float(low) == LARGEST:
        middle = OVERFLOW
    else:
        middle = (Fraction(float(low)) + Fraction(float(np.nextafter(low, np.float32(np.inf))))) / 2
    digits = 160
    whole = middle * 10**digits
    assert whole.denominator == 1
    text = str(whole.numerator + draw(st.sampled_from([-1, 0, 0, 1]))).rjust(digits + 1, "0")
    zeros = "0" * draw(st.integers(0, 3))
    return f"{draw(st.sampled_from(['', '-']))}{zeros}{text[:-digits]}.{text[-digits:]}{zeros}"


@settings(max_examples=600, deadline=None)
@given(st.lists(st.one_of(decimals, near_ties()), min_size=1, max_size=8))
@example(["1.00000005960464477539062500001", "1.00000005960464477539062499999", "1.000000059604644775390625"])
@example(["16777217", "16777219.0", "8388608.5", "8388609.5", "167772170e-1", "1677721.7e1"])
@example(["340282356779733661637539395458142568447", "340282356779733661637539395458142568448", "3.5e38", "-9e99"])
@example(["7.006492321624085e-46", "7.0064923216240853e-46", "7.0064923216240854e-46", "1e-47", "1e-999"])
@example(["0." + "0" * 400 + "1e401", "1" + "0" * 400 + "e-400", "123456789" * 9, "0e9", "00.10"])
def test_a_decimal_becomes_the_nearest_float32(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    values = read(texts, tmp_path_factory.getbasetemp())
    expected = np.array([nearest_float32(text) for text in texts], np.float32)
    expected = np.array([-0.0 if x == 0 and text.startswith("-") else x
                         for x, text in zip(expected, texts, strict=True)], np.float32)  # fmt: skip
    assert values.tobytes() == expected.tobytes()


@settings(max_examples=300, deadline=None)
@given(st.lists(decimals, min_size=1, max_size=8))
def test_a_decimal_becomes_the_nearest_float64(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    values = read(texts, tmp_path_factory.getbasetemp(), np.float64)
    assert values.tobytes() == np.array([float(text) for text in texts]).tobytes()


def test_many_uncertain_values_in_a_row(tmp_path: Path) -> None:
    text = "1.00000005960464477539062500001"
    assert read([text] * 1000, tmp_path).tolist() == [nearest_float32(text)] * 1000
    rows = "".join(f"w{i} {text} {text}\n" for i in range(500))
    (tmp_path / "f").write_text(f"500 2\n{rows}")
    assert set(word2vec_format.load(tmp_path / "f").vectors.ravel().tolist()) == {nearest_float32(text)}


@pytest.mark.parametrize("text", ["1_0", "0x1p3", "1e", "e5", ".", "-", "+-1", "1.2.3", "١", "nanx", "infinit",
                                  "1,5", "--1", "1e+"])
def test_what_is_no_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileFormatError, match="row 1"):
        read(["1", text], tmp_path)


def test_names_of_numbers(tmp_path: Path) -> None:
    texts = ["nan", "-NaN", "inf", "+Infinity", "-INF", "1E5", "+1.", ".5", "5e+01", "1e-0",
             "0e99999999999999999999", "1e-99999999999999999999"]
    values = read(texts, tmp_path)
    assert np.isnan(values[:2]).all()
    assert values[2:].tolist() == [math.inf, math.inf, -math.inf, 1e5, 1.0, 0.5, 50.0, 1.0, 0.0, 0.0]
