"""Full-text search for folders of documents."""
