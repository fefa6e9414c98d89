"""Signed webhooks, whoever hears them: the client that tells, and the stand-in that listens as a strict one would."""
