"""The ground: who sees what, who acts, what is recorded, what may leave.

Words: circle, seat, bar, office, decision right, asker, verb, entry, release. The kernel knows no word of the domain and no other room.
"""
