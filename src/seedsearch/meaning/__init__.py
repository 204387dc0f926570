"""Small models that score how well a passage answers a query: their folders, their checks, and running them."""
