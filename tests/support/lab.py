"""A small network in the kernel: hosts around one router, and packets sent from host to host.

A host is a network namespace with one IPv4 address. All that it sends goes to the router, another namespace, and there
meets the firewall that was loaded. What a host receives is read off its wire, so that a packet counts as let through
only when it was seen to arrive.

The namespaces have no names: open files alone hold them, so the kernel takes them down with this process, however it
ends. The machine's own interfaces, routes and firewall are neither used nor changed.
"""

import ctypes
import errno
import os
import resource
import selectors
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from shutil import which
from typing import NamedTuple

TOOLS = {"ip": "iproute2", "nft": "nftables", "iptables-nft-restore": "iptables"}  # by the package that has them
MOST_HOSTS = 100
BATCH = 200  # packets under way at once: few enough for the queues of the kernel and the limit of open files
RESEND_AFTER = 1.0  # seconds without the answer that is awaited; TCP asks again by itself
GIVE_UP_AFTER = 6.0  # seconds, on a machine that has other things to do
QUIET = 0.3  # seconds in which a packet that nobody awaits has time to arrive

GATEWAY = "169.254.1.1"  # the router, as every host sees it
OWN_NAMESPACE = "/proc/thread-self/ns/net"
CLONE_NEWNET = 0x40000000  # <linux/sched.h>
KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}
PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}
SYN, ACK = 0x02, 0x10


class Packet(NamedTuple):
    """The first of a connection: from an address to an address, `tcp` or `udp`, to a port."""

    source: str
    destination: str
    transport: str
    number: int


class Outcome(NamedTuple):
    """Of the packets sent: those that reached their destination, and those whose sender was answered.

    Nobody listens on a host, so the answer is a refusal: RST to TCP, ICMP “port unreachable” to UDP.
    """

    arrived: set[Packet]
    answered: set[Packet]


class Namespace:
    """A network namespace. Close it to let it go."""

    def __init__(self):
        with _moved("unshare", CLONE_NEWNET):
            self.file = os.open(OWN_NAMESPACE, os.O_RDONLY)

    @contextmanager
    def entered(self):
        """This thread, and the processes that it starts, are inside; sockets stay where they were opened."""
        with _moved("setns", self.file, CLONE_NEWNET):
            yield

    def run(self, *command, text=None):
        """Run a command inside with a text as its input; return its output. Raises `CommandFailed`."""
        with self.entered():
            done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=30)
        if done.returncode:
            raise CommandFailed(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout

    def set(self, name, value):
        """Set `net.ipv4.<name>`."""
        with self.entered():
            Path("/proc/sys/net/ipv4", name).write_text(str(value))

    def socket(self, kind, protocol=0):
        """A socket that never waits, for IPv4."""
        with self.entered():
            opened = socket.socket(socket.AF_INET, kind, protocol)
        opened.setblocking(False)
        return opened

    def close(self):
        os.close(self.file)


class CommandFailed(Exception):
    """A command inside a namespace failed; the message has its own words."""


@contextmanager
def _moved(call, *arguments):
    """This thread in the network namespace into which that call of the kernel brings it; afterwards it is back."""
    before = os.open(OWN_NAMESPACE, os.O_RDONLY)
    try:
        _kernel(call, *arguments)
        try:
            yield
        finally:
            _kernel("setns", before, CLONE_NEWNET)
    finally:
        os.close(before)


def _kernel(name, *arguments):
    """Call the C library: Python has no `os.setns` before 3.12. Raises `OSError`."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


class Lab:
    """Hosts at the given addresses, all different, around a router that forwards everything until told otherwise."""

    def __init__(self, addresses):
        if len(addresses) > MOST_HOSTS:
            raise ValueError(f"{len(addresses)} hosts; {MOST_HOSTS} are the most")
        self._closing = ExitStack()
        try:
            self.router = self._opened(Namespace())
            self.hosts = {address: self._opened(Namespace()) for address in addresses}
            self._connect()
            self._wires = {
                self._opened(_wire_of(host, protocol)): transport
                for host in self.hosts.values()
                for transport, protocol in PROTOCOLS.items()
            }
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._closing.close()

    def _opened(self, thing):
        self._closing.callback(thing.close)
        return thing

    def _connect(self):
        """A cable from the router to every host, and addresses and routes at both ends."""
        links = []
        for position, (address, host) in enumerate(self.hosts.items()):
            cable = f"host{position}"
            links += [
                f"link add {cable} type veth peer name eth0 netns /proc/{os.getpid()}/fd/{host.file}",
                f"address add {GATEWAY}/32 dev {cable}",
                f"link set {cable} up",
                f"route add {address}/32 dev {cable}",
            ]
        self.router.run("ip", "-batch", "-", text="\n".join(links) + "\n")
        self.router.set("ip_forward", 1)
        for address, host in self.hosts.items():
            ends = [
                "link set eth0 up",
                f"address add {address}/32 dev eth0",
                f"route add {GATEWAY}/32 dev eth0",
                f"route add default via {GATEWAY}",
            ]
            host.run("ip", "-batch", "-", text="\n".join(ends) + "\n")
            host.set("icmp_ratemask", 0)  # no kind of ICMP message is held back: every refusal is sent

    # Packets

    def send(self, packets, awaited):
        """Send each packet, and return the `Outcome` after the `awaited` ones were answered or given up.

        Once one was given up, no other answer is awaited: something is wrong, and soon told.
        """
        outcome = Outcome(set(), set())
        with self._listening(outcome) as selector:
            order = sorted(packets)
            for start in range(0, len(order), BATCH):
                batch = order[start : start + BATCH]
                expected = awaited.intersection(batch)
                self._send_batch(batch, expected, outcome, selector)
                if expected - outcome.answered:
                    awaited = set()
            _attend(selector, time.monotonic() + QUIET)
        return outcome

    @contextmanager
    def _listening(self, outcome):
        """A selector that notes in the outcome what arrives at the hosts."""
        with selectors.DefaultSelector() as selector:
            for wire, transport in self._wires.items():
                _seen(wire, transport)  # what came before is another outcome's
                note = _noting_arrivals(wire, transport, outcome)
                selector.register(wire, selectors.EVENT_READ, note)
            yield selector

    def _send_batch(self, packets, awaited, outcome, selector):
        with ExitStack() as closing:
            senders = {}
            for source, group in groupby(packets, key=attrgetter("source")):
                with self.hosts[source].entered():
                    for packet in group:
                        senders[packet] = closing.enter_context(_first_packet(packet))
            for packet, sender in senders.items():
                event = selectors.EVENT_WRITE if packet.transport == "tcp" else selectors.EVENT_READ
                selector.register(sender, event, _noting_answer(packet, sender, outcome, selector))
            self._await(awaited, senders, outcome, selector)
            for sender in selector.get_map().keys() & {sender.fileno() for sender in senders.values()}:
                selector.unregister(sender)

    def _await(self, awaited, senders, outcome, selector):
        """Attend to what happens until all awaited answers have come; ask once more when they are late."""

        def done():
            return awaited <= outcome.answered

        began = time.monotonic()
        _attend(selector, began + RESEND_AFTER, done)
        for packet in awaited - outcome.answered:
            if packet.transport == "udp":
                _say_something(senders[packet])
        _attend(selector, began + GIVE_UP_AFTER, done)


def _first_packet(packet):
    """A socket, opened in the namespace that this thread is in, which has sent this packet."""
    sender = socket.socket(socket.AF_INET, KINDS[packet.transport])
    sender.setblocking(False)
    begun = sender.connect_ex((packet.destination, packet.number))
    if begun not in (0, errno.EINPROGRESS):
        sender.close()
        raise OSError(begun, f"{packet}: {os.strerror(begun)}")
    if packet.transport == "udp":
        _say_something(sender)
    return sender


def _say_something(sender):
    """Send a datagram. That an earlier one was refused is told here as well, so it is sent again."""
    try:
        sender.send(b"?")
    except ConnectionRefusedError:
        sender.send(b"?")


def _attend(selector, until, done=lambda: False):
    """Let the notes be taken until that time, or until it is done."""
    while not done() and (left := until - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            key.data()


def _wire_of(host, protocol):
    """A raw socket, which sees all that the host receives of a protocol, with room for a batch."""
    wire = host.socket(socket.SOCK_RAW, protocol)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
    return wire


def _noting_answer(packet, sender, outcome, selector):
    def note():
        selector.unregister(sender)
        if sender.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED:
            outcome.answered.add(packet)

    return note


def _noting_arrivals(wire, transport, outcome):
    return lambda: outcome.arrived.update(_seen(wire, transport))


def _seen(wire, transport):
    """The first packets of connections that wait at a raw socket to be read."""
    packets = set()
    while True:
        try:
            data = wire.recv(128)
        except BlockingIOError:
            return packets
        length = (data[0] & 0x0F) * 4  # of the IPv4 header (RFC 791)
        if transport == "udp" or data[length + 13] & (SYN | ACK) == SYN:
            ends = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
            packets.add(Packet(*ends, transport, int.from_bytes(data[length + 2 : length + 4], "big")))


# Whether there can be one


def why_no_lab():
    """The reason why this machine can't have a lab, or None. Tries a small one out, with both kinds of firewall."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    missing = [f"{tool} (package {package})" for tool, package in TOOLS.items() if not which(tool)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < BATCH + 4 * MOST_HOSTS:
        return f"fewer than {BATCH + 4 * MOST_HOSTS} open files are allowed (ulimit -n)"
    try:
        with Lab(["10.0.0.1"]) as lab:
            lab.router.run("nft", "add table ip trial")
            lab.router.run("iptables-nft", "-A", "FORWARD", "-m", "comment", "--comment", "trial", "-j", "ACCEPT")
    except (OSError, CommandFailed) as error:
        return f"this kernel or container doesn't allow it: {error}"
    return None
