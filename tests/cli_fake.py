"""A classifier that decides by a few words, for tests of the command line alone.

As a program it is ``python -m smclassify`` with that classifier: no model, no spaCy. Worker
processes that it starts have the same one. ``FAKE_SECONDS_A_BATCH`` makes it slow, so that a test
can interrupt it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from types import ModuleType

import numpy as np

from smclassify.comments import CommentColumns, CommentResult
from smclassify.config import Config
from smclassify.drafts import DraftResult, Reason
from smclassify.errors import ModelError
from smclassify.findings import Finding
from smclassify.labels import DEPARTMENTS, KINDS, LANGUAGES
from smclassify.policy.platforms import check_platform

HARD_SELL = "BUY NOW"
AWARD = "we are proud"
SECRET = "Project Heron"
BROKEN = "broken"
BOYCOTT = "boycott"

MODEL = Path(__file__).resolve().parent.parent / "models" / "default"
"""What the fake model's name stands for: a folder of which only the manifest is ever read."""


def spread(value, n):
    return [value] * n if value is None or isinstance(value, str) else list(value)


def language(text):
    if re.search("[가-힣]", text):
        return "ko"
    return "zh" if re.search("[一-鿿]", text) else "en" if re.search("[a-z]", text) else "unknown"


def columns_of(results):
    """Return results of comments as columns."""
    places = {None: -1} | {name: place for place, name in enumerate(DEPARTMENTS)}
    return CommentColumns(
        texts=[one.text for one in results],
        langs=[one.lang for one in results],
        kind=np.array([KINDS.index(one.kind) for one in results], np.int64),
        kind_scores=np.array([list(one.kind_scores.values()) for one in results]),
        private_reply=np.array([one.private_reply for one in results], bool),
        private_reply_score=np.array([one.private_reply_score for one in results], np.float32),
        department=np.array([places[one.department] for one in results], np.int64),
        crisis=np.array([one.crisis for one in results], bool),
        crisis_score=np.array([one.crisis_score for one in results], np.float32),
        priority=np.array([one.priority for one in results], np.int64),
        reasons=[one.reasons for one in results],
        own_labels=[dict(one.own_labels) for one in results],
    )


class FakeClassifier:
    own = ()

    def __init__(self, config=None):
        self.config = config or Config()
        self.calls = []

    def own_labels(self, task):
        return self.own

    def score(self, texts, *, ids=None, platforms=None, langs=None, thresholds=None):
        n = len(texts)
        self.calls.append((n, platforms, langs, thresholds))
        time.sleep(float(os.environ.get("FAKE_SECONDS_A_BATCH", "0")))
        names = ids or [str(i + 1) for i in range(n)]
        rows = zip(texts, names, spread(platforms, n), spread(langs, n), strict=True)
        return [self._draft(*row, thresholds or {}) for row in rows]

    def _draft(self, text, name, platform, lang, thresholds):
        scores = {
            "spammy": 0.97 if HARD_SELL in text else 0.02,
            "self_centered": 0.71 if AWARD in text else 0.05,
            "off_policy": 0.3,
        }
        findings = check_platform(text, platform) if platform else []
        for words, label, reason in (
            (HARD_SELL, "spammy", "hard_sell"),
            (AWARD, "self_centered", "brag"),
        ):
            findings += [
                Finding(reason, "model", m.start(), m.end(), f"It says {words}.", "Say why.",
                        label, reason, "warn", scores[label])
                for m in re.finditer(re.escape(words), text)
            ]  # fmt: skip
        if SECRET in text:
            at = text.index(SECRET)
            findings.append(
                Finding("confidential-term", "policy", at, at + len(SECRET), "Not public yet.",
                        "Leave it out.", "off_policy", "confidentiality", "block")
            )  # fmt: skip
        flags = tuple(
            label
            for label, score in scores.items()
            if score >= thresholds.get(label, 0.5)
            or any(f.label == label and f.severity == "block" for f in findings)
        )
        found = [f for f in findings if f.label in flags]
        reasons = tuple(Reason(f.label, f.reason, f.score) for f in found)
        findings.sort(key=lambda f: f.start)
        return DraftResult(
            name, text, lang or language(text), flags, scores, reasons, tuple(findings)
        )

    def triage(self, texts, *, ids=None, langs=None, thresholds=None):
        n = len(texts)
        self.calls.append((n, langs, thresholds))
        time.sleep(float(os.environ.get("FAKE_SECONDS_A_BATCH", "0")))
        names = ids or [str(i + 1) for i in range(n)]
        return [
            self._comment(text, name, lang, thresholds or {})
            for text, name, lang in zip(texts, names, spread(langs, n), strict=True)
        ]

    def triage_columns(self, texts, **options):
        return columns_of(self.triage(texts, **options))

    def _comment(self, text, name, lang, thresholds):
        score = 0.9 if BROKEN in text else 0.1
        private = score >= thresholds.get("private_reply", 0.5)
        crisis = BOYCOTT in text
        kind = "complaint" if private or crisis else "chatter"
        department = "production" if private else "communications" if crisis else None
        return CommentResult(
            id=name,
            text=text,
            lang=lang or language(text),
            kind=kind,
            kind_scores={k: float(k == kind) for k in KINDS},
            private_reply=private,
            private_reply_score=score,
            department=department,
            crisis=crisis,
            crisis_score=0.8 if crisis else 0.1,
            priority=50 * private + 40 * crisis + min(len(text), 9),
            reasons=(f"something is “{BROKEN}”", "alone with it") if private else (),
        )


def fake_module():
    """Return what stands in for smclassify.classifier."""
    module = ModuleType("smclassify.classifier")

    def find_model(name_or_path="default"):
        if name_or_path not in ("default", "shipped", MODEL):
            raise ModelError(f"There is no model {str(name_or_path)!r}.", hint="Name 'default'.")
        return MODEL

    def load(name_or_path="default", *, config=None):
        find_model(name_or_path)
        return FakeClassifier(config)

    module.load = load
    module.find_model = find_model
    module.own_labels = lambda name_or_path, task: FakeClassifier.own
    module.learned_languages = lambda name_or_path, task: set(LANGUAGES)
    module.FakeClassifier = FakeClassifier
    return module


if __name__ in ("__main__", "__mp_main__"):  # the program, or a worker that it has started
    sys.modules["smclassify.classifier"] = fake_module()

if __name__ == "__main__":
    from smclassify.cli import main

    main()
