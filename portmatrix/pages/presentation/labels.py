"""One connection as a capsule: its traffic class and its ports, the same in matrix and diagram. Pure: no queries."""

from dataclasses import dataclass

from ...choices import Kind, TrafficClass, Transport


@dataclass(frozen=True)
class PortLabel:
    """A listener as a segment of a capsule."""

    number: int  # where it stands now
    default: int
    transport: str
    application: str

    @property
    def is_moved(self):
        return self.number != self.default

    @property
    def is_udp(self):
        return self.transport == Transport.UDP

    @property
    def text(self):
        """What the eye gets: TCP goes unsaid, UDP never does."""
        return f"{self.number}/udp" if self.is_udp else str(self.number)

    @property
    def said(self):
        """In full: "TCP 13509 HTTPS, moved from 3509"."""
        words = [Transport(self.transport).label, str(self.number), self.application]
        moved = f", moved from {self.default}" if self.is_moved else ""
        return " ".join(filter(None, words)) + moved


@dataclass(frozen=True)
class ConnectionLabel:
    """A connection and its ports, in the order of the default numbers."""

    connection: object
    ports: tuple[PortLabel, ...]

    @property
    def traffic_class(self):
        return self.connection.traffic_class

    @property
    def class_label(self):
        return TrafficClass(self.traffic_class).label

    @property
    def label(self):
        """The accessible name; it begins with what is visible, so that speaking the ports finds it."""
        flow = self.connection
        visible = " ".join(port.text for port in self.ports)
        facts = [f"{flow.source.name} to {flow.destination.name}", flow.activity, *(port.said for port in self.ports)]
        return f"{visible}: {', '.join([*facts, self.class_label])}"


def connection_label(connection):
    """Return the capsule of a connection. Needs `with_ends()` and `with_ports()`, else it queries for each."""
    ports = (PortLabel(p.effective_number, p.number, p.transport, p.application) for p in connection.ports.all())
    return ConnectionLabel(connection, tuple(ports))


def short_name(component):
    """A connector service without the word "service", where its place already says so."""
    return component.name.removesuffix(" service") if component.kind == Kind.CONNECTOR else component.name
