"""Read files, and make documents and passages of them."""
