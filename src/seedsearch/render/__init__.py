"""Output: terminal layout, record lines, JSON Lines and messages."""
