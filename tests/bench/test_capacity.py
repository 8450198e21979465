"""The search for the most posts a second that a server delivers in time."""

import pytest

from bench import capacity
from bench.load import LoadFailed, LoadRefused


class Server:
    """One that is in time up to a rate, and refuses posts from another on. `spoilt`: probes that something disturbs."""

    def __init__(self, most: float, refuses_from: float = 1e9, spoilt: tuple[int, ...] = ()) -> None:
        self.most, self.refuses_from, self.spoilt = most, refuses_from, spoilt
        self.probed: list[float] = []

    def probe(self, rate: float) -> float:
        self.probed.append(rate)
        if rate >= self.refuses_from:
            raise LoadRefused("closed with 4008")
        return 49.0 if rate <= self.most and len(self.probed) not in self.spoilt else 51.0


@pytest.mark.parametrize("most", [30, 390, 400, 500, 799, 801, 3100])
def test_a_capacity_is_found_to_a_tenth(most):
    server = Server(most)
    assert most / 1.1 <= capacity.find(server.probe, probes=9) <= most


def test_it_doubles_then_halves_the_distance():
    server = Server(700)
    assert capacity.find(server.probe, probes=9) == pytest.approx(672.7, abs=0.1)
    assert list(dict.fromkeys(map(round, server.probed))) == [400, 800, 566, 673, 734]


def test_who_refuses_has_more_than_it_can_do():
    assert capacity.find(Server(1e9, refuses_from=700).probe, probes=9) == pytest.approx(672.7, abs=0.1)


def test_one_spoilt_probe_decides_nothing():
    assert capacity.find(Server(1000, spoilt=(1, 3)).probe, probes=9) >= 1000 / 1.1


def test_the_search_ends_where_nothing_is_in_time():
    server = Server(0)
    with pytest.raises(LoadFailed, match="even at"):
        capacity.find(server.probe, probes=4)
    assert server.probed == [400, 400, 200, 200, 100, 100, 50, 50]
