"""Shapes of demand over time, the same on every machine for the same name."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aimigrate.demo.seed import PatternName, Traffic

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

PERIOD_S = 300
"""CloudWatch's basic resolution: one point in five minutes."""

_BURST_LIFT = 14.0  # a burst is this many times the quiet rate: seasonal and shift-start peaks
_BURST_SHARE = 0.04  # of all half hours
_NIGHT_HOURS = (1.0, 4.0)  # after the day's books close
_IDLE_TAIL_S = 3 * 86_400  # an idle thing's last requests lie this long after the start of history
_IDLE_RPS = 0.002
_SATURDAY = 6


@dataclass(frozen=True)
class Clock:
    """The grid of the history: `points` starts, each PERIOD_S long, in seconds since 1970."""

    start_s: int
    points: int

    @property
    def seconds(self) -> Values:
        """Start of each period."""
        return self.start_s + np.arange(self.points, dtype=np.float64) * PERIOD_S


def source_of_chance(random_seed: int, name: str) -> np.random.Generator:
    """Return a generator that depends on the seed and the name alone, never on the order of calls."""
    digest = hashlib.sha256(f"{random_seed}/{name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def _day_night(seconds: Values, offset_h: int) -> Values:
    local_h = (seconds / 3600 + offset_h) % 24
    weekday = ((seconds + offset_h * 3600) // 86_400 + 4) % 7  # 1970-01-01 was a Thursday; 0 is a Sunday here
    shape = 0.12 + np.exp(-0.5 * ((local_h - 13.0) / 3.2) ** 2) * 2.0
    return np.where((weekday == 0) | (weekday == _SATURDAY), shape * 0.45, shape)


def _bursty(points: int, chance: np.random.Generator) -> Values:
    halves = -(-points // 6)
    quiet = np.ones(halves)
    quiet[chance.random(halves) < _BURST_SHARE] = _BURST_LIFT
    return np.repeat(quiet, 6)[:points]


def shape(pattern: PatternName, clock: Clock, offset_h: int, chance: np.random.Generator) -> Values:
    """Return the demand of each period as a multiple of its own mean (all zeros where there is none)."""
    seconds = clock.seconds
    if pattern == "steady":
        wave: Values = 1.0 + 0.04 * chance.standard_normal(clock.points)
    elif pattern == "day_night":
        wave = _day_night(seconds, offset_h) * (1.0 + 0.06 * chance.standard_normal(clock.points))
    elif pattern == "bursty":
        wave = _bursty(clock.points, chance) * (1.0 + 0.15 * chance.standard_normal(clock.points))
    elif pattern == "nightly":
        local_h = (seconds / 3600 + offset_h) % 24
        wave = np.where((local_h >= _NIGHT_HOURS[0]) & (local_h < _NIGHT_HOURS[1]), 1.0, 0.0)
        wave = wave * (1.0 + 0.05 * chance.standard_normal(clock.points))
    else:
        return np.zeros(clock.points)
    wave = np.clip(wave, 0.0, None)
    scaled: Values = wave / wave.mean()
    return scaled


def request_counts(traffic: Traffic, clock: Clock, chance: np.random.Generator) -> Values:
    """Return requests in each period. An idle thing had a handful at the start of history, and none since."""
    if traffic.pattern == "idle":
        counts = chance.poisson(_IDLE_RPS * PERIOD_S, clock.points).astype(np.float64)
        return np.where(clock.seconds < clock.start_s + _IDLE_TAIL_S, counts, 0.0)
    wave = shape(traffic.pattern, clock, traffic.utc_offset_h, chance)
    return chance.poisson(wave * traffic.mean_rps * PERIOD_S).astype(np.float64)


def load_of(counts: Values) -> Values:
    """Return how busy each period is beside the mean, 0 where nothing came."""
    mean = counts.mean()
    return counts / mean if mean else np.zeros_like(counts)
