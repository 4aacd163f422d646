"""One filter set a listing: it serves the page, the htmx fragment, the API, the exports and the counts."""

from .catalogue import AssumptionFilter, ComponentFilter, OverrideFilter, PortFilter, StatementFilter
from .connections import ConnectionFilter
from .deployments import DeploymentFilter

__all__ = [
    "AssumptionFilter",
    "ComponentFilter",
    "ConnectionFilter",
    "DeploymentFilter",
    "OverrideFilter",
    "PortFilter",
    "StatementFilter",
]
