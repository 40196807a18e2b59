"""What was learnt: lessons from cooperation, from and for other cities, and what was changed because of them.

Words: a lesson's *purpose* says what it is told for (what we contributed, what exchange changed, advice to others), its
*direction* whether it is our own, from or for another city, its *strength* how well it is known. It may leave only when
somebody said that it may be *shared*. Knows `partners` for groups, and a risk only as the far end of a reference.
"""
