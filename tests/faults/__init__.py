"""Faults on purpose: processes that die between any two statements, WeCom that lies, databases that go away."""
