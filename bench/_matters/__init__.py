"""One table of the shape that cases will have: each row in a circle of its own. For the benches alone."""
