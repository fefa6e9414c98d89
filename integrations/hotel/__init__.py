"""The quarantine hotel's own system: what it is told, and a stand-in that hears it."""
