"""Models of a few bytes, written as protobuf: the vector of a text is the mean of the vectors of its words."""

from __future__ import annotations

import json
import struct
from pathlib import Path

_VECTORS = {  # what means the same has nearly the same vector
    "[UNK]": (0.1, 0.1, 0.1),
    "troops": (1.0, 0.0, 0.0),
    "soldiers": (1.0, 0.1, 0.0),
    "port": (0.0, 1.0, 0.0),
    "harbour": (0.0, 1.0, 0.1),
    "soup": (0.0, 0.0, 1.0),
    "ask": (0.1, 0.1, 0.1),
}


def _number(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return out + bytes((value,))


def field(number: int, value: int | str | bytes) -> bytes:
    """One field of a protobuf message."""
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    data = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(data)) + data


def _typed(name: str, kind: int, *shape: str | int) -> bytes:
    """A ValueInfoProto."""
    sizes = (field(1, field(2 if isinstance(size, str) else 1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, b"".join(sizes))))


def node(
    operator: str, inputs: str, output: str, attributes: bytes = b"", domain: str = ""
) -> bytes:
    """A NodeProto."""
    given = b"".join(field(1, name) for name in inputs.split())
    return given + field(2, output) + field(4, operator) + attributes + field(7, domain)


def weights(rows: list[tuple[float, ...]], more: bytes = b"") -> bytes:
    """A TensorProto named `table`."""
    data = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
    size = field(1, len(rows)) + field(1, len(rows[0])) + field(2, 1) + field(8, "table")
    return size + (more or field(9, data))


def model(
    nodes: list[bytes], table: bytes, width: int, *, rank: int = 3, domain: str = ""
) -> bytes:
    """A ModelProto from input_ids to `out`."""
    shape = ("batch", "tokens", width)[3 - rank :] if rank == 3 else ("batch", width)
    graph = b"".join(field(1, each) for each in nodes) + field(2, "tiny") + field(5, table)
    graph += field(11, _typed("input_ids", 7, "batch", "tokens")) + field(
        12, _typed("out", 1, *shape)
    )
    opsets = field(8, field(2, 13)) + (field(8, field(1, domain) + field(2, 1)) if domain else b"")
    return field(1, 8) + opsets + field(7, graph)


def alone(
    operator: str, ranks: list[int], attributes: bytes = b"", table: bytes = b"", kind: int = 1
) -> bytes:
    """A ModelProto of one operator: from inputs `a`, `b`, ... with these ranks, and `table`, to `out`."""
    names = "abc"[: len(ranks)]
    given = [*names, "table"] if table else names
    graph = field(1, node(operator, " ".join(given), "out", attributes)) + field(2, "alone")
    graph += field(5, table) if table else b""
    for name, rank in zip(names, ranks, strict=True):
        graph += field(11, _typed(name, kind, *(f"{name}{axis}" for axis in range(rank))))
    return field(1, 8) + field(8, field(2, 17)) + field(7, graph + field(12, field(1, "out")))


GATHER = node("Gather", "table input_ids", "out")
BI_ENCODER = model([GATHER], weights(list(_VECTORS.values())), 3)
_MEAN = field(5, field(1, "axes") + field(8, 1) + field(20, 7)) + field(
    5, field(1, "keepdims") + field(3, 0) + field(20, 2)
)
CROSS_ENCODER = model(
    [node("Gather", "table input_ids", "each"), node("ReduceMean", "each", "out", _MEAN)],
    weights([vector[:1] for vector in _VECTORS.values()]),
    1,
    rank=2,
)

_WORDS = {word: number for number, word in enumerate(_VECTORS)}
TOKENIZER = json.dumps(
    {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": _WORDS, "unk_token": "[UNK]"},
    }
)


def write_model(
    folder: Path, graph: bytes = BI_ENCODER, tokenizer: str = TOKENIZER, **description: object
) -> Path:
    """A folder that `model add` takes."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(graph)
    (folder / "tokenizer.json").write_text(tokenizer)
    if description:
        values = {"schema": "seedsearch.model/1", "name": folder.name, **description}
        (folder / "seedsearch-model.json").write_text(json.dumps(values))
    else:
        is_cross = graph == CROSS_ENCODER
        kind = "BertForSequenceClassification" if is_cross else "BertModel"
        (folder / "config.json").write_text(json.dumps({"architectures": [kind]}))
    return folder
