"""File systems that are soon full."""

import contextlib
import subprocess


@contextlib.contextmanager
def mounted(folder, size):
    """A file system of its own in a folder, of a size such as "256k"; gives whether one could be
    mounted, which takes root.
    """
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], capture_output=True)
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)
