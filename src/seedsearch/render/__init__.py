"""How results are written: terminal layout, record lines, JSON Lines, messages."""
