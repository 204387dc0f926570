"""Run a model on the processor: the similarity of a query and each of some texts.

A score is the same on every processor: the model is rewritten for that, and sums are in double precision. Each text is
run alone, and by one thread. In a batch, a model of small integers scales its numbers by all texts of the batch, so a
score would depend on the other texts. Two texts run at the same time.

Only this module imports onnxruntime, tokenizers and NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import lru_cache
from typing import Any, TypeAlias

import numpy
import onnxruntime
import tokenizers

from seedsearch.errors import ModelError
from seedsearch.meaning.graph import check_graph, exact_graph
from seedsearch.meaning.store import PARTS, Description, verified_parts

Vector: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.float64]]"

_THREADS = 2
_DIGITS = 6
_MOST_KEPT = 4_096  # outputs
_QUIET = 4  # of onnxruntime: fatal messages only
_NOT_EXACT = "DynamicQuantizeMatMulFusion;MatMulIntegerToFloatFusion"
_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}


@lru_cache(maxsize=2)
def scorer_of(folder: str, description: Description) -> Scorer:
    """Return the scorer of a model; the process keeps the last ones. Raises ModelError."""
    return Scorer(description, *verified_parts(folder, description))


class Scorer:
    """A loaded model. Threads may share it. It keeps the outputs of the last texts."""

    def __init__(self, description: Description, graph: bytes, tokens: bytes) -> None:
        self._description = description
        check_graph(graph, f"{PARTS[0]} of {description.name}")
        try:
            self._session = _loaded(graph)
            self._inputs = [given.name for given in self._session.get_inputs()]
            self._tokenizer = tokenizers.Tokenizer.from_buffer(tokens)
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(description.window, strategy="longest_first")
        except BaseException as error:
            raise self._fault(error) from None
        if unknown := set(self._inputs).difference(_INPUTS):
            raise ModelError(f"{description.name} needs an unknown input: {min(unknown)}")
        self._kept: dict[tuple[str, str], Vector] = {}

    def scores(self, query: str, texts: Sequence[str], seconds: float) -> list[float | None]:
        """Return how well each text answers a query: a higher score is better. None if time ran out before it.

        Raises ModelError if the model cannot be run.
        """
        if self._description.kind == "cross-encoder":
            outputs = self._outputs([(query, text) for text in texts], seconds)
            return [None if found is None else _rounded(float(found[0])) for found in outputs]
        asked = self._description.prefix + query
        of_query, *outputs = self._outputs([(asked, ""), *((text, "") for text in texts)], seconds)
        if of_query is None:
            return [None] * len(texts)
        return [None if v is None else _rounded(float(numpy.dot(of_query, v))) for v in outputs]

    def _outputs(self, inputs: Sequence[tuple[str, str]], seconds: float) -> list[Vector | None]:
        """Return the output for each input, in their order; None for those that were not ready in time."""
        run = onnxruntime.RunOptions()
        with ThreadPoolExecutor(_THREADS) as pool:
            work = [pool.submit(self._output, given, run) for given in inputs]
            try:
                done, late = wait(work, seconds)
            except BaseException:
                done, late = set(), set(work)
                raise
            finally:
                run.terminate = bool(late)
                for future in late:
                    future.cancel()
        return [self._ended(future) if future in done else None for future in work]

    def _ended(self, future: Future[Vector]) -> Vector:
        error = future.exception()
        if error is not None:
            raise self._fault(error) from None
        return future.result()

    def _output(self, given: tuple[str, str], run: onnxruntime.RunOptions) -> Vector:
        if (kept := self._kept.get(given)) is not None:
            return kept
        text, other = given
        tokens = self._tokenizer.encode(text, other or None)
        inputs = {
            name: numpy.array([getattr(tokens, _INPUTS[name])], numpy.int64)
            for name in self._inputs
        }
        output = numpy.asarray(self._session.run(None, inputs, run)[0], numpy.float64)
        if self._description.kind == "cross-encoder":
            vector = output.reshape(-1)
            is_right = vector.size == 1
        else:
            vector = self._pooled(output, len(tokens.ids))
            is_right = vector.ndim == 1
        if not is_right or not numpy.isfinite(vector).all():
            raise ModelError(f"{self._description.name} is no {self._description.kind}")
        while len(self._kept) >= _MOST_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[given] = vector
        return vector

    def _pooled(self, output: Vector, tokens: int) -> Vector:
        """Return the vector of a text, of length 1."""
        vector = output[0]
        if output.ndim == 3 and len(vector) == tokens:
            vector = vector[0] if self._description.pooling == "cls" else vector.mean(axis=0)
        length = math.sqrt(float(numpy.dot(vector, vector))) if vector.ndim == 1 else 0.0
        normal: Vector = vector / (length or 1.0)
        return normal

    def _fault(self, error: BaseException) -> BaseException:
        """Return an error that says in one line why the model cannot be run."""
        if isinstance(error, ModelError | KeyboardInterrupt | SystemExit):
            return error
        name = self._description.name
        what = " ".join(str(error).split())[:200]
        if isinstance(error, MemoryError) or "bad_alloc" in what or "Failed to allocate" in what:
            return ModelError(f"not enough memory for the model {name}")
        return ModelError(f"the model {name} cannot be run: {what or type(error).__name__}")


def _loaded(graph: bytes) -> onnxruntime.InferenceSession:
    """Load a graph in its exact form. A model that has none, such as one of half precision, runs as it is."""
    try:
        return session_of(exact_graph(graph))
    except Exception:
        return session_of(graph)


def session_of(graph: bytes) -> onnxruntime.InferenceSession:
    """Load a graph, for one thread. Raises exceptions of onnxruntime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.load_model_format", "ONNX")
    # Without this, sums of small integers overflow on processors that have no instruction for them.
    options.add_session_config_entry("session.x64quantprecision", "1")
    # With these, ARM processors add a bias to a product without rounding the product.
    options.add_session_config_entry("optimization.disable_specified_optimizers", _NOT_EXACT)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _rounded(score: float) -> float:
    return round(score, _DIGITS)
