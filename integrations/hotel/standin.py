"""A stand-in for a hotel's own system: hears manifests as a strict one would, applies each once, and can fail."""

from typing import Any

from integrations.hotel import manifest
from integrations.webhooks import standin
from integrations.webhooks.standin import Mood

__all__ = ["Hotel", "Mood"]


class Hotel(standin.Standin):
    """`with Hotel(key, clock) as hotel:` listens on 127.0.0.1; `hotel.guests()` are those it has rooms ready for."""

    def examine(self, document: dict[str, Any]) -> str:
        """What is wrong with a manifest; empty when nothing is."""
        return manifest.wrong(document)

    def guests(self) -> list[str]:
        """The names of everybody in the applied manifests, in the order in which they came."""
        return [person["name"] for document in self.applied.values() for person in document["people"]]
