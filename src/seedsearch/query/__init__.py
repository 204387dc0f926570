"""The query language: parsing, synonyms, analysis, filters, dates and file types."""
