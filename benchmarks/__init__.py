"""What seedsearch costs beside other engines: equal work, one run, one machine.

`python -m benchmarks CORPUS` measures speed, size and memory; `python -m benchmarks.ranking JUDGED`
measures ranking. README.md in this folder says how.
"""
