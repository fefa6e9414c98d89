"""The district CDC's lists: readers and writers of its files."""
