"""The field's methods as pure, typed functions: no Django, no database. Each cites its source and is tried on a published example.

A library that a researcher can import alone: `from plait.methods import admiralty, matrix, yardstick`.
"""
