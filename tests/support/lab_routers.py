"""Routers of the lab with the firewalls that are written for deployments, and calls through them."""

import socket
from contextlib import contextmanager
from typing import NamedTuple

from .firewalls import configured
from .lab import Lab, Outcome
from .lab_traffic import Traffic

LOAD = {"nftables": ("nft", "-f", "-"), "iptables": ("iptables-nft-restore", "--noflush")}
TRY = {"nftables": ("nft", "--check", "-f", "-"), "iptables": ("iptables-nft-restore", "--test", "--noflush")}
LIST = ("nft", "--stateless", "list", "ruleset")  # those of both, without what the kernel counts
IN_VAIN = 0.5  # seconds in which what must not get through has time to


class Site(NamedTuple):
    """The hosts of some deployments around a router without a firewall, which lets every packet of their traffic
    through.
    """

    documents: tuple[dict, ...]
    traffic: Traffic
    lab: Lab


@contextmanager
def site_of(*documents):
    """The `Site` of some documents."""
    traffic = Traffic(*documents)
    with Lab(traffic.hosts) as lab:
        assert lab.send(traffic.everything, traffic.everything) == Outcome(traffic.everything, traffic.everything)
        yield Site(documents, traffic, lab)


def written(platform, *documents, mark_bit=None):
    """The configuration of a document, or of several together, as a user gets it."""
    return configured(platform, *documents, mark_bit=mark_bit).text


@contextmanager
def firewall(platform, lab, *documents):
    """The router with the firewall that is written for documents; afterwards it has none again."""
    text = written(platform, *documents)
    try:
        lab.router.run(*LOAD[platform], text=text)
        yield text
    finally:
        lab.router.run("nft", "flush", "ruleset")


@contextmanager
def call(lab, source, destination, number, patience=5.0):
    """Both ends of a TCP connection to someone who listens. Raises `TimeoutError` if it doesn't come about."""
    with lab.hosts[destination].socket(socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # an earlier call may still be fading away
        listener.bind((destination, number))
        listener.listen()
        with lab.hosts[source].socket(socket.SOCK_STREAM) as caller:
            caller.settimeout(patience)
            caller.connect((destination, number))
            listener.settimeout(patience)
            called, _ = listener.accept()
            called.settimeout(patience)
            with called:
                yield caller, called


def talk(one, other):
    for speaker, hearer in ((one, other), (other, one)):
        speaker.sendall(b"hello")
        assert hearer.recv(16) == b"hello"
