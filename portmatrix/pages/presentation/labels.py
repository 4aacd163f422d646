"""What matrix and diagram share: a connection as a label of its traffic class and ports. Pure: no queries."""

from dataclasses import dataclass
from typing import Any

from ...choices import Kind, TrafficClass, Transport
from ...reach import address_owner


@dataclass(frozen=True)
class PortLabel:
    """A port as a segment of a label."""

    number: int  # the effective one
    default: int
    transport: str
    application: str

    @property
    def is_overridden(self):
        return self.number != self.default

    @property
    def is_udp(self):
        return self.transport == Transport.UDP

    @property
    def text(self):
        """What is visible: TCP goes without saying, UDP never does."""
        return f"{self.number}/udp" if self.is_udp else str(self.number)

    @property
    def full_text(self):
        """In words: "TCP 13509 HTTPS, moved from 3509"."""
        words = [Transport(self.transport).label, str(self.number), self.application]
        default = f", moved from {self.default}" if self.is_overridden else ""
        return " ".join(filter(None, words)) + default


@dataclass(frozen=True)
class ConnectionLabel:
    """A connection and its ports, in the order of the default numbers."""

    connection: Any  # a `Connection` with its ends and ports
    ports: tuple[PortLabel, ...]

    @property
    def traffic_class(self):
        return self.connection.traffic_class

    @property
    def class_label(self):
        return TrafficClass(self.traffic_class).label

    @property
    def accessible_name(self):
        """It begins with what is visible, so that who speaks the ports finds the label."""
        visible = " ".join(port.text for port in self.ports)
        ends = f"{self.connection.source.name} to {self.connection.destination.name}"
        parts = [ends, self.connection.activity, *(port.full_text for port in self.ports), self.class_label]
        return f"{visible}: {', '.join(parts)}"


def connection_label(connection):
    """Return the label of a connection. Needs `with_ends()` and `with_ports()`, else it queries for each."""
    ports = (PortLabel(p.effective_number, p.number, p.transport, p.application) for p in connection.ports.all())
    return ConnectionLabel(connection, tuple(ports))


def address_owner_key(component):
    """The key of the component at whose address this one answers."""
    return address_owner(component.pk, component.host_id)


def short_name(component):
    """A connector service without the word "service", where its place already says so."""
    return component.name.removesuffix(" service") if component.kind == Kind.CONNECTOR else component.name
