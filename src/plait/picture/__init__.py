"""The local risk picture: evidence, risks, the year's assessment, agreed and published.

About places and themes; it names no private person. Judgements are words on a yardstick; the matrix is looked up in the pack.
An assessment goes draft, commenting, agreed; the text agreed is the text hashed, and silence is never counted as consent.
This room may know `partners`, `frame`, `packs`, `methods` and `kernel`, and no other room of the work.
"""
