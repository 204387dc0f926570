"""The OpenSearch engine: an index on a cluster, with the same answers as the embedded engine."""
