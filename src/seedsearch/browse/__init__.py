"""The screen of `seedsearch browse`: hits as you type, and a preview. Only this package imports Textual."""
