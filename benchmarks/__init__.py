"""Compare seedsearch with other engines: equal work, one run, one machine.

`python -m benchmarks CORPUS` measures speed, size and memory; `python -m benchmarks.ranking JUDGED` measures ranking.
README.md in this folder describes the method.
"""
