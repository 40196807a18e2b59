"""What was learnt: lessons from cooperation, from and for other cities, and what was changed because of them."""
