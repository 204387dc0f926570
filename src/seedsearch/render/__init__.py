"""How answers are written: terminal layout, record lines, JSON Lines, messages."""
