"""Pages of the picture: fetch, ask, show."""
