"""Tests of law and memory."""
