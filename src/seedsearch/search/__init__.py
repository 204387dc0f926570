"""The read pipeline, from a query to hits, and the other questions that an index answers."""
