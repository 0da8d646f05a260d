"""How many threads an operator gets: the cores this process may really use."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import psutil

_CGROUP = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")


def default_threads() -> int:
    """Physical cores, but no more than the process's affinity and its container's quota allow; at least 1."""
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    quota = cgroup_cpus()
    if quota is not None:
        # Part of a core is rounded up: half a core more throttles less than half a core unused.
        allowed = min(allowed, math.ceil(quota))
    return max(1, min(cores, allowed))


def cgroup_cpus(root: Path = _CGROUP, own: Path = _OWN_CGROUPS) -> float | None:
    """Cores that the container's CPU quota amounts to.

    Parameters
    ----------
    root : Path
        Where the cgroup file systems are mounted.
    own : Path
        The list of this process's groups.

    Returns
    -------
    float or None
        The smallest quota among the group and its ancestors; None without a quota or where there are no
        cgroups.
    """
    try:
        lines = own.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    quotas: list[float] = []
    seen_v2, seen_v1 = False, False
    for line in lines:
        parts = line.split(":", 2)
        if len(parts) != 3:
            continue
        _, controllers, path = parts
        if controllers == "":
            seen_v2 = True
            quotas += _walk(root, path, _quota_v2) + _walk(root / "unified", path, _quota_v2)
        elif "cpu" in controllers.split(","):
            seen_v1 = True
            for folder in {"cpu", controllers}:
                quotas += _walk(root / folder, path, _quota_v1)
    # Inside a container the group's path is often the host's, but the mount's root is the container's own
    # group.
    if not seen_v2 or not quotas:
        quotas += _walk(root, "/", _quota_v2)
    if not seen_v1 or not quotas:
        quotas += _walk(root / "cpu", "/", _quota_v1)
    return min(quotas) if quotas else None


def _walk(mount: Path, path: str, read: Callable[[Path], float | None]) -> list[float]:
    found = []
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    for depth in range(len(parts), -1, -1):
        value = read(mount.joinpath(*parts[:depth]))
        if value is not None:
            found.append(value)
    return found


def _quota_v2(folder: Path) -> float | None:
    try:
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return _cores(quota, period)
    except (OSError, ValueError):
        return None


def _quota_v1(folder: Path) -> float | None:
    try:
        quota = (folder / "cpu.cfs_quota_us").read_text(encoding="ascii").strip()
        period = (folder / "cpu.cfs_period_us").read_text(encoding="ascii").strip()
        return _cores(quota, period)
    except (OSError, ValueError):
        return None


def _cores(quota: str, period: str) -> float | None:
    """Cores of a quota; "max" (ValueError above this) and -1 mean that there is none."""
    cores = int(quota) / int(period) if int(period) > 0 else 0.0
    return cores if cores > 0 else None
