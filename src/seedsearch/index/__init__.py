"""The embedded index on disk: reading, writing, merging and checking it."""
