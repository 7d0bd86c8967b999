"""Threads share one heap of the C library (F-50)."""

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
# Threads that want memory at once, each from a heap of its own where it gets one; how many there are.
HEAPS = """
import ctypes, os, tempfile, threading
libc = ctypes.CDLL(None)
libc.fdopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_void_p)
libc.fclose.argtypes = (ctypes.c_void_p,)
together = threading.Barrier(6)
def want():
    together.wait()
    kept = [bytes(2_000) for _ in range(1_000)]
    together.wait()
threads = [threading.Thread(target=want) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with tempfile.NamedTemporaryFile() as file:
    stream = libc.fdopen(os.dup(file.fileno()), b"w")
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    file.seek(0)
    print(file.read().count(b"<heap nr"))
"""


def heaps(first: str) -> int:
    """How many heaps a process has whose threads began after that line."""
    said = subprocess.check_output([sys.executable, "-c", first + HEAPS], text=True)
    return int(said.splitlines()[-1])


def test_f_50_threads_of_ours_share_one_heap():
    assert heaps("") > 1  # as they are by themselves
    assert heaps("from kit.memory import keep_one_heap; keep_one_heap()") == 1


def test_f_50_every_command_begins_so():
    command = "app(['down', '--help'], standalone_mode=False)"
    assert heaps(f"from backstop.cli import app; {command}") == 1
