"""What the partnership does about it: the priorities of the year, each with a lead, a date and a next step.

Words: a *priority* is an objective that answers a risk or a gap; its *horizon* says whether it is for this year or after;
its *state* moves by `policies.steps`, each move with words. Knows `partners` for organisations and gaps, and a risk only as
the far end of a reference.
"""
