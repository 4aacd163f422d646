"""Keeping out of memory what a library loads for features that alports does not use."""

import importlib
import sys


def import_without(module: str, *unwanted: str) -> None:
    """Import a module as if others were not installed; whoever imports them later gets them as usual."""
    absent = [name for name in unwanted if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # None there makes `import` raise ImportError
    try:
        importlib.import_module(module)
    finally:
        for name in absent:
            del sys.modules[name]
