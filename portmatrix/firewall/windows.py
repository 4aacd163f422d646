"""The own firewall of a Windows host: for PowerShell, and for netsh in a batch file."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from .comments import describe, plain
from .content import Content
from .names import digest
from .permits import Permit

# A command of a batch file may have 8191 characters; an address and its comma have at most 19.
ADDRESSES_A_COMMAND = 150
ADDRESSES_A_RULE = 1000
LONGEST_DESCRIPTION = 200
LONGEST_HOST = 60


def powershell(content: Content) -> str:
    """A script. Run again it removes the rules of its group first: nothing is left over and nothing is doubled."""
    lines = [f"# {line}".rstrip() for line in content.notes]
    lines += ["", "#Requires -RunAsAdministrator", "$ErrorActionPreference = 'Stop'"]
    lines += [f"$group = '{_group(content)}'", ""]
    lines += ["Get-NetFirewallRule -Group $group -ErrorAction SilentlyContinue | Remove-NetFirewallRule", ""]
    for permit in content.permits:
        lines += [_new_rule(_group(content), permit, *part) for part in _parts(permit, ADDRESSES_A_RULE)]
    return _text(lines)


def netsh(content: Content) -> str:
    """A batch file. All rules have one name, by which it deletes them first when it is run again."""
    lines = ["@echo off", *(f"rem {line}".rstrip() for line in content.notes), ""]
    lines += [f'netsh advfirewall firewall delete rule name="{_group(content)}" >nul']
    for permit in content.permits:
        lines += [_add_rule(_group(content), permit, *part) for part in _parts(permit, ADDRESSES_A_COMMAND)]
    return _text(lines)


def _group(content: Content) -> str:
    """What the rules of a file are known by: the deployment and the host, for one machine may be several endpoints.

    Windows takes capital and small letters for the same. A name that isn't its own plain form gets a digest of it, so
    that no two names share a group.
    """
    name = content.request.endpoint or ""
    host = re.sub(r"[^A-Za-z0-9.]+", "-", plain(name)).strip("-.")
    if host != name.lower() or len(host) > LONGEST_HOST:
        host = f"{host[: LONGEST_HOST - 9]}-{digest(name)}".lstrip("-")
    return f"{content.name}.{host}"


def _new_rule(group: str, permit: Permit, number: int, local: list[str], remote: list[str]) -> str:
    rule, inbound = permit.rule, permit.inbound
    name = f"{rule.id}-{'in' if inbound else 'out'}{f'-{number}' if number > 1 else ''}"
    port = "-LocalPort" if inbound else "-RemotePort"
    return " ".join(
        [
            "New-NetFirewallRule",
            f"-Name '{group}-{name}' -DisplayName '{name}' -Group $group",
            f"-Description '{describe(rule)}'",
            f"-Direction {'Inbound' if inbound else 'Outbound'} -Action Allow -Enabled True -Profile Any",
            f"-Protocol {rule.transport.upper()} {port} {rule.number}",
            f"-LocalAddress {_quoted(local)} -RemoteAddress {_quoted(remote)} | Out-Null",
        ]
    )


def _add_rule(name: str, permit: Permit, _: int, local: list[str], remote: list[str]) -> str:
    rule, inbound = permit.rule, permit.inbound
    return " ".join(
        [
            "netsh advfirewall firewall add rule",
            f'name="{name}" description="{rule.id} {describe(rule, LONGEST_DESCRIPTION)}"',
            f"dir={'in' if inbound else 'out'} action=allow enable=yes profile=any",
            f"protocol={rule.transport} {'localport' if inbound else 'remoteport'}={rule.number}",
            f"localip={','.join(local)} remoteip={','.join(remote)}",
        ]
    )


def _parts(permit: Permit, most: int) -> Iterator[tuple[int, list[str], list[str]]]:
    """A permit in parts of at most `most` addresses at each end: (number, local addresses, remote addresses)."""
    pairs = (
        (local, remote)
        for local in _batches(permit.local.networks, most)
        for remote in _batches(permit.peer.networks, most)
    )
    for number, (local, remote) in enumerate(pairs, start=1):
        yield number, [*map(str, local)], [*map(str, remote)]


def _batches(networks: tuple[IPv4Network, ...], most: int) -> Iterator[tuple[IPv4Network, ...]]:
    return (networks[first : first + most] for first in range(0, len(networks), most))


def _quoted(addresses: list[str]) -> str:
    return ",".join(f"'{address}'" for address in addresses)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
