"""Everything the control API reaches, in one hand."""

from dataclasses import dataclass

from integrations.wecom.sandbox import actions, courier, faults, wire
from integrations.wecom.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the control API reaches."""

    world: World
    log: wire.Log
    faults: faults.Plan
    courier: courier.Courier
    thumb: actions.Thumb
