"""The models: the catalogue (reference data), what users changed, and who may ask."""

from .access import ApiToken
from .catalogue import Assumption, Component, Connection, Port, Statement
from .overrides import Deployment, PortOverride

__all__ = ["ApiToken", "Assumption", "Component", "Connection", "Deployment", "Port", "PortOverride", "Statement"]
