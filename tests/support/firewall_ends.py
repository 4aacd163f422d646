"""What readers of firewall configurations share: ends of a permit, and lines of code."""

import ipaddress


def net(text, mask=None):
    """A network as an end; with a mask as Cisco writes them: plain, or inverted (`wild`)."""
    network = ipaddress.IPv4Network(f"{text}/{mask}" if mask else text)
    return "net", int(network.network_address), int(network.broadcast_address)


def wild(text, mask):
    inverted = int(ipaddress.IPv4Address(mask)) ^ 0xFFFFFFFF
    return net(text, str(ipaddress.IPv4Address(inverted)))


def code_lines(text, *comments):
    """Lines without those that are blank or comments."""
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not line.lstrip().startswith(comments)]


def only(matched, line):
    assert matched, f"not understood: {line}"
    return matched
