"""The read pipeline: from a query to hits, and what else a reader asks of an index."""
