"""Supplements and companionships: nobody who lives with a contact is missed, and nobody undecided is moved."""
