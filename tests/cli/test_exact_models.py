"""Scores of a model that are the same on every processor.

The tests compare with sums and functions of Python, to the last bit. So they hold on each processor that runs them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import pytest

pytest.importorskip("onnxruntime", reason="the extra semantic is not installed: no models")
pytest.importorskip("tokenizers", reason="the extra semantic is not installed: no models")

import numpy
from tiny_models import TOKENIZER, alone, field, model, node

from seedsearch.meaning import scorer
from seedsearch.meaning.graph import exact_graph
from seedsearch.meaning.scorer import Scorer, session_of
from seedsearch.meaning.store import Description

Matrix = list[list[float]]


def numbers(*shape: int) -> numpy.ndarray:
    return numpy.random.default_rng(sum(shape)).normal(size=shape).astype(numpy.float32)


def run(graph: bytes, *given: numpy.ndarray) -> list[float]:
    inputs = dict(zip("abc", given, strict=False))
    return list(session_of(exact_graph(graph)).run(None, inputs)[0].reshape(-1))


def single(values: list[float]) -> list[float]:
    return list(numpy.array(values, numpy.float32))


# ----------------------------------------------------------------------- operators, alone


def product(left: Matrix, right: Matrix) -> list[float]:
    columns = list(zip(*right, strict=True))
    return [
        math.fsum(x * y for x, y in zip(row, column, strict=True))
        for row in left
        for column in columns
    ]


def softmax(rows: Matrix) -> list[float]:
    powers = [[math.exp(value - max(row)) for value in row] for row in rows]
    return [power / math.fsum(row) for row in powers for power in row]


def normal(rows: Matrix, factors: list[float], shifts: list[float]) -> list[float]:
    out = []
    for row in rows:
        mean = math.fsum(row) / len(row)
        variance = math.fsum((value - mean) ** 2 for value in row) / len(row)
        scaled = ((value - mean) / math.sqrt(variance + 2.0**-20) for value in row)
        out += [v * a + b for v, a, b in zip(scaled, factors, shifts, strict=True)]
    return out


def each(function: Callable[[float], float]) -> Callable[[Matrix], list[float]]:
    return lambda rows: [function(value) for row in rows for value in row]


_LAST = field(5, field(1, "axis") + field(3, (1 << 64) - 1) + field(20, 2))
_LAST_OF_SEVERAL = field(5, field(1, "axes") + field(8, (1 << 64) - 1) + field(20, 7))
_SMALL = field(5, field(1, "epsilon") + b"\x15" + struct.pack("<f", 2.0**-20) + field(20, 1))
_AXIS = field(1, 1) + field(2, 7) + field(8, "table") + field(7, (1 << 64) - 1)
OPERATORS = {
    "MatMul": (alone("MatMul", [2, 2]), [(7, 300), (300, 5)], product),
    "Gemm": (
        alone("Gemm", [2, 2, 1]),
        [(7, 300), (300, 1), (1,)],
        lambda a, b, c: [value + c[0] for value in product(a, b)],
    ),
    "Softmax": (alone("Softmax", [2], _LAST), [(9, 130)], softmax),
    "LayerNormalization": (
        alone("LayerNormalization", [2, 1, 1], _SMALL + _LAST),
        [(9, 130), (130,), (130,)],
        normal,
    ),
    "ReduceMean": (
        alone("ReduceMean", [2], _LAST_OF_SEVERAL),
        [(9, 130)],
        lambda rows: [math.fsum(row) / len(row) for row in rows],
    ),
    "ReduceSum": (
        alone("ReduceSum", [2], table=_AXIS),
        [(9, 130)],
        lambda rows: [math.fsum(row) for row in rows],
    ),
    "ReduceL2": (
        alone("ReduceL2", [2], _LAST_OF_SEVERAL),
        [(9, 130)],
        lambda rows: [math.sqrt(math.fsum(value**2 for value in row)) for row in rows],
    ),
    "Exp": (alone("Exp", [2]), [(9, 130)], each(math.exp)),
    "Log": (alone("Log", [2]), [(9, 130)], each(lambda x: math.log(x) if x > 0 else math.nan)),
    "Cos": (alone("Cos", [2]), [(9, 130)], each(math.cos)),
    "Sin": (alone("Sin", [2]), [(9, 130)], each(math.sin)),
    "Tanh": (alone("Tanh", [2]), [(9, 130)], each(math.tanh)),
    "Sigmoid": (alone("Sigmoid", [2]), [(9, 130)], each(lambda x: 1 / (1 + math.exp(-x)))),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_bit_of_an_operator_is_right(operator: str) -> None:
    graph, shapes, expected = OPERATORS[operator]
    given = [numbers(*shape) for shape in shapes]
    found = run(graph, *given)
    assert numpy.array_equal(
        found, single(expected(*(value.tolist() for value in given))), equal_nan=True
    )


def erf(values: numpy.ndarray) -> numpy.ndarray:
    """The formula, step by step in single precision."""
    factors = [1, 0.0705230784, 0.0422820123, 0.0092705272, 0.0001520143, 0.0002765672]
    value, size = numpy.float32(0.0000430638), numpy.abs(values)
    with numpy.errstate(over="ignore"):
        for factor in reversed(factors):
            value = value * size + numpy.float32(factor)
        for _ in range(4):
            value = value * value
    return (1 - 1 / value) * numpy.sign(values)


def test_erf_is_a_formula_whose_steps_are_exact() -> None:
    given = numpy.concatenate([numbers(500) * 3, [0, 1e-30, 40, -40, math.inf, -math.inf]])
    given = given.astype(numpy.float32)
    found = run(alone("Erf", [1]), given)
    assert found == list(erf(given))
    assert max(abs(y - math.erf(x)) for x, y in zip(given, found, strict=True)) < 2e-6
    assert (found[500], *found[-2:]) == (0, 1, -1)


# ------------------------------------------------------------------------- small integers


def test_sums_of_small_integers_do_not_overflow() -> None:
    """Some processors add products in pairs, and cut the sum off at 16 bits."""
    largest = numpy.full((64, 3), 127, numpy.int8)
    table = field(1, 64) + field(1, 3) + field(2, 3) + field(8, "table")
    graph = alone("MatMulInteger", [2], table=table + field(9, largest.tobytes()), kind=2)
    assert run(graph, numpy.full((5, 64), 255, numpy.uint8)) == [64 * 255 * 127] * 15


WORDS = numbers(7, 8)
WEIGHTS = (numbers(8, 8) * 40).astype(numpy.int8)
QUANTISED = model(
    [
        node("Gather", "table input_ids", "words"),
        node("DynamicQuantizeLinear", "words", "bytes", field(2, "scale") + field(2, "zero")),
        node(
            "Constant",
            "",
            "weights",
            field(
                5,
                field(1, "value")
                + field(20, 4)
                + field(5, field(1, 8) * 2 + field(2, 3) + field(9, WEIGHTS.tobytes())),
            ),
        ),
        node("MatMulInteger", "bytes weights zero", "sums"),
        node("Cast", "sums", "numbers", field(5, field(1, "to") + field(3, 1) + field(20, 2))),
        node("Mul", "numbers scale", "scaled"),
        node("Erf", "scaled", "out"),
    ],
    field(1, 7) + field(1, 8) + field(2, 1) + field(8, "table") + field(9, WORDS.tobytes()),
    8,
)


def vector(words: list[int]) -> numpy.ndarray:
    """What QUANTISED must give, in the arithmetic that the ONNX specification gives its operators."""
    values = WORDS[words]
    low, high = min(values.min(), numpy.float32(0)), max(values.max(), numpy.float32(0))
    scale = (high - low) / numpy.float32(255)
    zero = numpy.rint(-low / scale)
    small = numpy.clip(numpy.rint(values / scale) + zero, 0, 255).astype(int) - int(zero)
    outputs = erf((small @ WEIGHTS.astype(int)).astype(numpy.float32) * scale)
    pooled = outputs.mean(axis=0, dtype=numpy.float64)
    return pooled / math.sqrt(pooled @ pooled)


@pytest.mark.parametrize("threads", [1, 2])
def test_scores_are_those_of_the_specification(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer, "_THREADS", threads)
    texts = {"soldiers": [2], "troops soldiers": [1, 2], "ask soup port": [6, 5, 3]}
    expected = [round(float(vector([1]) @ vector(words)), 6) for words in texts.values()]
    description, tokens = Description("tiny"), TOKENIZER.encode()
    assert Scorer(description, QUANTISED, tokens).scores("troops", list(texts), 60) == expected
    for text, score in zip(texts, expected, strict=True):  # alone
        assert Scorer(description, QUANTISED, tokens).scores("troops", [text], 60) == [score]


def test_other_models_run_as_they_are() -> None:
    """Half precision has no exact form here."""
    halves = field(1, 7) + field(1, 3) + field(2, 10) + field(8, "table") + field(9, b"\0<" * 21)
    graph = model(
        [
            node("Gather", "table input_ids", "half"),
            node("Sigmoid", "half", "low"),
            node("Add", "low half", "both"),
            node("Cast", "both", "out", field(5, field(1, "to") + field(3, 1) + field(20, 2))),
        ],
        halves,
        3,
    )
    with pytest.raises(Exception, match="different types"):
        session_of(exact_graph(graph))
    found = Scorer(Description("tiny"), graph, TOKENIZER.encode()).scores("troops", ["soup"], 60)
    assert found == [1.0]
