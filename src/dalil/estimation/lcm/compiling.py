"""The door to numba: one decorator, which does nothing where numba is not installed.

Every numerical kernel of the latent-class sampler is one Python function, compiled or not. Its arithmetic is the four
operations, square roots and :mod:`dalil.estimation.lcm.arithmetic`, which IEEE 754 fixes to the last bit; its random
numbers come from :mod:`dalil.estimation.lcm.random`. So both ways give the same digits, and compiling is only faster.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED: Final = importlib.util.find_spec("numba") is not None
"""Whether kernels are compiled in this process."""


def compiled(function: Function) -> Function:
    """Compile a kernel that others call; it is built into its callers, so it is not kept on disk by itself."""
    if not COMPILED:
        return function
    import numba

    return cast(Function, numba.njit(nogil=True)(function))


def compiled_and_kept(function: Function) -> Function:
    """Compile a kernel that Python calls, and keep the machine code for the next process.

    numba keys kept code by the bytes of the function itself and of what it closes over, not by the kernels it calls. A
    kernel given here must therefore close over :func:`source_digest`, or a changed inner kernel would go on running in
    its old form.
    """
    if not COMPILED:
        return function
    import numba

    try:
        return cast(Function, numba.njit(nogil=True, cache=True)(function))
    except RuntimeError:  # no folder that numba may write to: compile anew in each process
        return cast(Function, numba.njit(nogil=True)(function))


def source_digest() -> int:
    """Return a number that changes with any source file of the sampler (63 bits of their SHA-256)."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("lcm_*.py")):
        digest.update(path.read_bytes())
    return int.from_bytes(digest.digest()[:8], "big") >> 1
