"""Pages of accounts: signing in and out, invitations, one's own page, and the administrator's list."""
