"""Cards, keys, words and masks."""
