"""Lists of the CDC: reading them, and giving them back with what was wrong."""
