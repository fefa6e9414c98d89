"""The product as a person meets it: the real demo, driven in a real browser."""
