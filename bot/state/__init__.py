"""Law and memory: the tables of what may happen, and the rows of what did. Knows no flow, no door, no network."""
