"""The screen of `seedsearch browse`: hits as you type, a preview, facets. Only this package imports Textual."""
