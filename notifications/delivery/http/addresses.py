"""The check whether an IP address is public: not of this machine, its network or its cloud."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# The only part of IPv6 that is allocated to the Internet (RFC 4291, 2.4).
GLOBAL_UNICAST = ip_network("2000::/3")
# Ranges that `is_global` accepts in some of the Python versions that we support.
RESERVED = [
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT
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
    """Return whether an address, and any IPv4 address embedded in it, is public."""
    address = ip_address(text)
    carried = find_carried(address)
    if carried:
        return all(is_open(each) for each in carried)
    return is_open(address)


def find_carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses to which an IPv6 address may be translated on its way."""
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
