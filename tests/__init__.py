"""Tests mirror the tree; stories live in tests/scenarios."""
