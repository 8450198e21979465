"""Which addresses lie in the open Internet, and not on this machine, in its network or in its cloud."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# The one part of IPv6 that is given out to the Internet (RFC 4291, 2.4).
GLOBAL_UNICAST = ip_network("2000::/3")
# Python's tables grow with its versions: what `is_global` does not know in all of those that we run on.
RESERVED = [
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carriers' own
        "192.0.0.0/24",
        "192.31.196.0/24",  # AS112 sinks
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "2001::/23",  # IETF protocols
        "2001:db8::/32",  # documentation
        "3fff::/20",
    )
]
NAT64 = ip_network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Say whether an address, or the IPv4 address that an IPv6 one carries, is everybody's."""
    address = ip_address(text)
    carried = find_carried(address)
    if carried:
        return all(is_open(each) for each in carried)
    return is_open(address)


def find_carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses to which an IPv6 one may be taken on its way."""
    if isinstance(address, IPv4Address):
        return []
    if address in NAT64:
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [each for each in found if each is not None]


def is_open(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address.scope_id or address not in GLOBAL_UNICAST):
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in RESERVED)
