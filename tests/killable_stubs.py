"""What stands in for slow parts, in the server that :mod:`killable` forks its processes from.

Imported there before anything else, and nowhere else: a test's own process keeps the real ones.
"""

from __future__ import annotations

import sys
from types import ModuleType

import cli_fake


def without_themes():
    """Return what stands in for smclassify.triage.topics.themes, which takes seconds to load."""
    module = ModuleType("smclassify.triage.topics.themes")
    module.find_themes = lambda facts, tell: ()
    return module


sys.modules["smclassify.classifier"] = cli_fake.fake_module()
sys.modules["smclassify.triage.topics.themes"] = without_themes()
