"""Search engines: their protocol, the ranking formula, the registry, and the embedded engine."""
