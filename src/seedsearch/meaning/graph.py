"""Check an ONNX file before it is loaded: standard operators only, and all weights inside the file.

ONNX is protobuf. Only the messages in which operators and weights stand are walked; no library is needed for that. A
file of standard operators that has no weights elsewhere neither loads code nor reads another file.
"""

from __future__ import annotations

from collections.abc import Iterator

from seedsearch.errors import ModelError

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


def fields(data: memoryview, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield each field of a message: its number, and where it, its value and the next one begin.

    Raises ValueError, IndexError.
    """
    while at < end:
        first = at
        key, at = _varint(data, at)
        start, wire = at, key & 7
        if wire == 0:
            _, at = _varint(data, at)
        elif wire == 2:
            length, start = _varint(data, at)
            at = start + length
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        else:
            raise ValueError(wire)
        if at > end or key >> 32:  # readers of protobuf may cut off the higher bits
            raise ValueError(at)
        yield key >> 3, first, start, at


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError(at)
