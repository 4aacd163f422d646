"""The models: the catalogue (reference data), the deployments, what users changed, and who may ask."""

from .access import ApiToken
from .catalogue import Assumption, Component, ComponentAlias, Connection, Port, Statement
from .deployments import ComponentInUse, Deployment, Endpoint
from .loads import CatalogueLoad
from .overrides import PortOverride

__all__ = [
    "ApiToken",
    "Assumption",
    "CatalogueLoad",
    "Component",
    "ComponentAlias",
    "ComponentInUse",
    "Connection",
    "Deployment",
    "Endpoint",
    "Port",
    "PortOverride",
    "Statement",
]
