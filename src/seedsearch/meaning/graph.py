"""Check an ONNX file before it is loaded, and rewrite it so that it gives the same scores on every processor.

ONNX is protobuf. Only the messages in which operators and weights stand are walked; no library is needed for that. A
file of standard operators that has no weights elsewhere neither loads code nor reads another file.

onnxruntime has other code for each kind of processor: sums in another order, other formulas for exp and erf. So their
last bits differ. Where numbers are then rounded to 8 bits, a last bit can decide which of two steps is taken, and in
the end similarities are .01 apart. So operators that round differently are computed in double precision, and their
results rounded to single precision: the differences are far below the last bit that is kept. Erf has no code for double
precision. It is replaced by a formula of sums, products and a quotient.

The other operators need nothing. Integers are exact, and IEEE 754 gives each bit of a sum, a product, a quotient and a
square root.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeAlias

from seedsearch.errors import ModelError

Piece: TypeAlias = "bytes | memoryview"

_DOMAINS = ("", "ai.onnx", "com.microsoft")  # those of ONNX, and those built into onnxruntime
_MOST_MESSAGES = 200_000

# message: {number of a field: the message in it}; "domain" and "external" are what is looked for
_MESSAGES = {
    "model": {7: "graph", 8: "opset", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "opset": {1: "domain"},
    "function": {7: "node", 9: "opset", 10: "domain", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute", 7: "domain"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "external", 14: "external"},
}

_DOUBLE = {
    **dict.fromkeys((b"Cos", b"Exp", b"Log", b"Sigmoid", b"Sin", b"Softmax", b"Tanh"), 1),
    **dict.fromkeys((b"ReduceL2", b"ReduceMean", b"ReduceSum"), 1),
    b"MatMul": 2,
    **dict.fromkeys((b"Gemm", b"LayerNormalization"), 3),
}
"""The operators that are computed in double precision, and how many of their inputs become double."""

_ERF = (1.0, 0.0705230784, 0.0422820123, 0.0092705272, 0.0001520143, 0.0002765672, 0.0000430638)
"""erf(x) = 1 - (a0 + a1 x + ... + a6 x^6)^-16 for x >= 0, Abramowitz and Stegun, 7.1.28. The error is below 2e-6."""

_SINGLE_TYPE, _DOUBLE_TYPE = 1, 11
_OURS = b"seedsearch:"  # begins the names that are added


def check_graph(data: bytes, name: str) -> None:
    """Raise ModelError if the file has operators or weights from elsewhere, or is no ONNX file."""
    view = memoryview(data)
    waiting = [("model", 0, len(data))]
    has_graph, messages = False, 0
    try:
        while waiting:
            kind, start, end = waiting.pop()
            inside = _MESSAGES[kind]
            for number, _, low, high in fields(view, start, end):
                found = inside.get(number, "")
                if found == "domain":
                    domain = bytes(view[low:high]).decode("utf-8", "backslashreplace")
                    if domain not in _DOMAINS:
                        raise ModelError(f"{name} has operators that are not standard: {domain}")
                elif found == "external":
                    if number == 13 or any(byte & 0x7F for byte in view[low:high]):
                        raise ModelError(f"{name} has weights in other files")
                elif found:
                    has_graph = has_graph or found == "graph"
                    messages += 1
                    waiting.append((found, low, high))
            if messages > _MOST_MESSAGES:
                raise ModelError(f"{name} has too many parts")
    except (IndexError, ValueError):
        has_graph = False
    if not has_graph:
        raise ModelError(f"{name} is not an ONNX model")


def exact_graph(data: bytes) -> bytes:
    """Return a checked ONNX file with operators that are exact, in its main graph."""
    view = memoryview(data)
    out: list[Piece] = []
    for number, first, low, end in fields(view, 0, len(data)):
        if number == 7:
            pieces = list(_graph(view, low, end))
            out += [_key(7, sum(map(len, pieces))), *pieces]
        else:
            out.append(view[first:end])
    return b"".join(out)


def _graph(data: memoryview, start: int, end: int) -> Iterator[Piece]:
    names = (_OURS + b"%d" % number for number in count())
    for number, first, low, high in fields(data, start, end):
        yield (_exact_node(data, low, high, names) if number == 1 else b"") or data[first:high]
    for power, value in enumerate(_ERF):
        number_of_type = _number(2, _SINGLE_TYPE) + _field(9, struct.pack("<f", value))
        yield _field(5, number_of_type + _field(8, _factor(power)))


def _exact_node(data: memoryview, start: int, end: int, names: Iterator[bytes]) -> bytes:
    """Return nodes that do the same as a node, exactly; b"" if it is exact. `names` are free."""
    inputs, outputs, operator, domain, others = [], [], b"", b"", []
    for number, first, low, high in fields(data, start, end):
        value = bytes(data[low:high])
        if number == 1:
            inputs.append(value)
        elif number == 2:
            outputs.append(value)
        elif number == 4:
            operator = value
        elif number == 7:
            domain = value
        elif number == 5:
            others.append(bytes(data[first:high]))
    if domain not in (b"", b"ai.onnx"):
        return b""
    if operator == b"Erf":
        return _erf(inputs[0], outputs[0], names)
    if operator in _DOUBLE:
        return _in_double(operator, inputs, outputs, b"".join(others), names)
    return b""


def _in_double(
    operator: bytes,
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    attributes: bytes,
    names: Iterator[bytes],
) -> bytes:
    """Return a node that computes in double precision, with the casts before and after it."""
    given, before, after = list(inputs), b"", b""
    for at, name in enumerate(inputs[: _DOUBLE[operator]]):
        if name:  # "" is an input that is left out
            given[at] = next(names)
            before += _cast(name, given[at], _DOUBLE_TYPE)
    made = [next(names) if name else b"" for name in outputs]
    for double, name in zip(made, outputs, strict=True):
        if name:
            after += _cast(double, name, _SINGLE_TYPE)
    return before + _node(operator, given, made, attributes) + after


def _erf(argument: bytes, result: bytes, names: Iterator[bytes]) -> bytes:
    """Return nodes for erf: the polynomial of |x|, its power -16, and the sign."""
    nodes: list[bytes] = []

    def step(operator: bytes, *inputs: bytes, output: bytes = b"") -> bytes:
        output = output or next(names)
        nodes.append(_node(operator, inputs, [output]))
        return output

    size, last = step(b"Abs", argument), len(_ERF) - 1
    value = _factor(last)
    for power in reversed(range(last)):
        value = step(b"Add", step(b"Mul", value, size), _factor(power))
    for _ in range(4):
        value = step(b"Mul", value, value)
    value = step(b"Sub", _factor(0), step(b"Div", _factor(0), value))
    step(b"Mul", value, step(b"Sign", argument), output=result)
    return b"".join(nodes)


def _factor(power: int) -> bytes:
    return _OURS + b"a%d" % power


# ------------------------------------------------------------------------------ protobuf


def fields(data: memoryview, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield each field of a message: its number, and where it, its value and the next one begin.

    Raises ValueError, IndexError.
    """
    while at < end:
        first = at
        key, at = _number_at(data, at)
        start, wire = at, key & 7
        if wire == 0:
            _, at = _number_at(data, at)
        elif wire == 2:
            length, start = _number_at(data, at)
            at = start + length
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        else:
            raise ValueError(wire)
        if at > end or key >> 32:  # readers of protobuf may cut off the higher bits
            raise ValueError(at)
        yield key >> 3, first, start, at


def _number_at(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError(at)


def _cast(name: bytes, output: bytes, number_type: int) -> bytes:
    attribute = _field(1, b"to") + _number(3, number_type) + _number(20, 2)
    return _node(b"Cast", [name], [output], _field(5, attribute))


def _node(
    operator: bytes, inputs: Sequence[bytes], outputs: Sequence[bytes], attributes: bytes = b""
) -> bytes:
    names = [_field(1, name) for name in inputs] + [_field(2, name) for name in outputs]
    return _field(1, b"".join(names) + _field(4, operator) + attributes)


def _field(number: int, value: bytes) -> bytes:
    return _key(number, len(value)) + value


def _key(number: int, length: int) -> bytes:
    """Return what stands before the bytes of a field."""
    return _varint(number << 3 | 2) + _varint(length)


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
