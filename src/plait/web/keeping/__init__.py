"""The page of backups, and the two people who say whom they are sealed to."""
