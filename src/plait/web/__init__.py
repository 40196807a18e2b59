"""Puts the rooms together: addresses, home, navigation, search, the release desk, accounts, loading a folder."""
