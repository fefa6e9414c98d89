"""Kits and bands: how they are given, undone and replaced, and that nobody ever shares one."""
