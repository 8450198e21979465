"""A process with a blocked event loop is ended, and logs where it is blocked."""

import subprocess
import sys

import pytest

BEGIN = """
import asyncio, os, signal, threading, time
from realtime.serving import watchdog

async def main():
    watchdog.watch(asyncio.get_running_loop(), looks=5, seconds=0.1)
"""


def run(work: str) -> subprocess.CompletedProcess:
    program = BEGIN + work + "\nasyncio.run(main())\n"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("work", ["    time.sleep(100)", "    while True: pass"], ids=["waits", "works"])
def test_a_blocked_loop_ends_the_process(work):
    ended = run(work)
    assert ended.returncode == 1
    assert "has been blocked for" in ended.stderr
    assert "in main" in ended.stderr


def test_a_loop_that_goes_on_is_left_alone():
    assert run("    for _ in range(12): time.sleep(0.1); await asyncio.sleep(0)").returncode == 0


def test_a_process_that_was_suspended_goes_on():
    suspended = """
    pid = os.getpid()
    if os.fork() == 0:
        time.sleep(0.2)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(pid, signal.SIGCONT)
        os._exit(0)
    await asyncio.sleep(0.4)
    await asyncio.sleep(1)
"""
    assert run(suspended).returncode == 0
