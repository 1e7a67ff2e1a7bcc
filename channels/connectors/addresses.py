"""Where we may call: public addresses, and what operators allow beside them; looked at anew with each call."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from domain.errors import BadRequest

SETTING = "SWITCHBOARD_OUTGOING__ALLOWED_NETWORKS"
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""IPv6 addresses that a translator (NAT64) turns into the IPv4 address in their last 32 bits."""
Address = IPv4Address | IPv6Address


class AddressRefused(BadRequest):
    """We do not call there; the message says why."""


class HasNoAddress(AddressRefused):
    """Nobody knows the host's name, now at least."""


class AllowedAddresses:
    """Knows which addresses may be called; `networks` (CIDR) are allowed though they are private."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks = [ip_network(each) for each in networks]

    def check_url(self, url: str) -> str:
        """The host of a URL that may be called, if its addresses may be.

        Raises:
            AddressRefused: no `https` URL, or one with a user name, or plain `http` to what is not allowed by setting.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefused("url: it is not a URL") from None
        if parts.scheme not in ("https", "http") or not parts.hostname or port == 0:
            raise AddressRefused("url: it is not an https:// URL")
        if parts.username is not None or parts.password is not None:
            raise AddressRefused("url: a user name or password does not belong there; check the signature instead")
        if parts.scheme == "http" and not self._networks:
            raise AddressRefused(f"url: it must begin with https://; plain http is for networks named in {SETTING}")
        return parts.hostname

    async def find(self, host: str, port: int, scheme: str = "https") -> list[str]:
        """The addresses of a host, each of which may be called.

        Raises:
            HasNoAddress: it has none.
            AddressRefused: one of them may not be called.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise HasNoAddress(f"url: {host} has no address") from None
        addresses = list(dict.fromkeys(ip_address(each[4][0]) for each in found))
        for each in addresses:
            allowed = self._is_allowed(each)
            if not allowed and not is_public(each):
                raise AddressRefused(
                    f"url: {host} is at {each}, a private address; operators allow it with {SETTING}='[\"{each}\"]'"
                )
            if scheme == "http" and not allowed:
                raise AddressRefused(f"url: plain http is for networks named in {SETTING}; {each} is in none")
        return [str(each) for each in addresses]

    def _is_allowed(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._networks)


def is_public(address: Address) -> bool:
    """Whether an address is the whole internet's; one that stands for another address counts as that."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        translated = any(address in network for network in _TRANSLATED if isinstance(network, IPv6Network))
        inner = IPv4Address(int(address) & 0xFFFFFFFF) if translated else inner
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_link_local)
