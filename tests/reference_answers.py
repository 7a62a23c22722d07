"""What the shipped model said before the work on speed, to hold every faster way against.

    python -m tests.reference_answers

writes ``tests/data/reference_answers.json`` anew. That is right after a new model has been made,
and wrong after a change that was to make something faster.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import smclassify
from smclassify.labels import Task
from smclassify.text.prepare import prepare

ROOT = Path(__file__).parent.parent
PATH = Path(__file__).with_name("data") / "reference_answers.json"

NASTY = (
    "",
    " ",
    "\n\n\t",
    "a",
    "\0",
    "before\0after",
    "half of a character: \ud83d",
    "!!!" * 400,
    "가" * 300,
    "好" * 300,
    "no-white-space-" * 40,
    "word " * 500,
    "@friend look",
    "@brand @other where is my parcel? Nobody answers.",
    "fr33 m0ney, f r e e, frее and ｆｒｅｅ",
    "加 微 信 领 红包，카 톡 주세요",
    "&amp;lt; &#48;&#x41; &nbsp;&#0; &nothing;",
    "zero\u200bwidth, so\u00adft hy\u00adphen, \u202ereversed\u202c",
    "👨‍👩‍👧‍👦 👍🏽 🇫🇷 ❤️ 👉👉👉 ☎️",
    "Z\u0351\u036b\u0343\u032a\u0302\u036ba\u0321l\u0321go, cafe\u0301, 한글",
    "ﬁne ㈜회사 ㎏ ① ½ m² ™",
    "https://shop.example/sale?x=1 mail me@shop.example #sale #신상 #新品# $5 5만원 20%",
    "don't cannot gonna can't won’t I'm l'été aujourd'hui c'est-à-dire qu’il",
    "U.S.A. e.g. Dr. 3.14 1,000 5km 12:30 $ 5 (c) :-) <3 ...",
    "İstanbul ǅ ß ẞ ſ K Å",
    "ㅋㅋㅋㅋ ㅠㅠ 안녕하세요~ 배송이 안 와요 2주째ㅡㅡ",
    "客服一直不回复，等了两个星期！！差评",
    "客服一直不回復，等了兩個星期！！差評",
    "Wo ist mein Paket? Seit drei Wochen warte ich.",
    "Где моя посылка? Жду три недели.",
    "注文した商品がまだ届きません。返金してください。",
    "مرحبا، أين طلبي؟",
    "ขอเงินคืน สินค้าเสีย",
    "mon colis n'est jamais arrivé et le SAV ne répond plus depuis 3 semaines",
    "My son choked on a piece of the kettle lid. I have called a lawyer.",
    "BUY NOW!!! 50% OFF!!! LINK IN BIO 👉👉 https://a.example https://b.example",
)
"""Texts that something once went wrong with, or could."""


def texts() -> Iterator[str]:
    """Yield two texts of each of the project's own files, and the nasty ones."""
    for path in sorted((ROOT / "data").glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for _, line in zip(range(2), lines, strict=False):
                yield json.loads(line)["text"]
    yield from NASTY


def shipped_weights() -> str:
    """Return the digest of the shipped model's weights."""
    manifest = json.loads((ROOT / "models/default/manifest.json").read_text(encoding="utf-8"))
    return str(manifest["weights_sha256"])


def answers() -> dict[str, Any]:
    """Return what the shipped model says now, text by text."""
    classifier = smclassify.load("shipped")
    every = list(texts())
    batch = prepare(every)
    probabilities = {
        task.value: classifier.panel.probabilities(task, batch).astype(float).round(7).tolist()
        for task in Task
    }
    return {
        "weights": shipped_weights(),
        "texts": every,
        "languages": batch.languages,
        "probabilities": probabilities,
        "comments": [_without_scores(one.to_dict()) for one in classifier.triage(every)],
        "drafts": [_without_scores(one.to_dict()) for one in classifier.score(every)],
    }


def _without_scores(record: dict[str, Any]) -> dict[str, Any]:
    """Return what was decided and said; numbers are held against each other with a tolerance."""
    left = {name: value for name, value in record.items() if "score" not in name and name != "text"}
    if "findings" in left:
        left["findings"] = [
            {name: value for name, value in one.items() if name != "score"}
            for one in left["findings"]
        ]
    if "reasons" in left and left["reasons"] and isinstance(left["reasons"][0], dict):
        left["reasons"] = [[one["label"], one["reason"]] for one in left["reasons"]]
    return left


if __name__ == "__main__":
    PATH.write_text(json.dumps(answers(), ensure_ascii=True, indent=0) + "\n", encoding="utf-8")
    print(f"{PATH}: {len(list(texts()))} texts")
