"""The embedded index: what lies on disk, and who reads, writes, merges and checks it."""
