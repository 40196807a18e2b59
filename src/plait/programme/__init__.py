"""What the partnership does about it: the priorities of the year. Each answers a risk or a gap, has a lead, a date and a next step."""
