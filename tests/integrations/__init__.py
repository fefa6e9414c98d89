"""Tests of the rooms that speak to outside systems."""
