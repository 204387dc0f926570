"""The embedded engine: it runs queries on the index that `seedsearch.index` writes."""
