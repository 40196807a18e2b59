"""What is due and how people are told: the calendar, its feed, the choices, the worker's chores that find and tell, and the mail page."""
