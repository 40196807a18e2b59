"""One question to somebody without an account, and what becomes of the answer.

A *link* opens exactly one form for one purpose, shows what its maker chose to put into it and nothing else, and ends by itself. Each
room that has something to ask registers a *kind* of question (`kinds.asks`): what may be asked about, what of it is frozen into the link,
and into which of its own records an answer can be taken over, through the room's own actions. This room knows no word of theirs.
"""
