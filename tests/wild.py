"""Texts that try to break things: every script, sign and control next to every other."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

DATA = Path(__file__).parent.parent / "data"

PIECES = (
    *" \t\n\r\x0b\x85\u00a0\u2003\u2028\u3000",
    *"\0\x01\x1f\x7f\x9f\ufffd\ufffe\uffff",
    *"\ud83d\ude00\ud800\udfff",
    *"\u200b\u200d\u200e\u202e\u2066\u00ad\ufeff\u3164\u115f\ufe0f\U000e0041",
    *"\u0301\u0323\u0338\u20e3\u20dd\u3099\u0344\u1112\u1161\u11ab",
    *"aAzZ019éßİıſµΩﬁ②²ªⅣ½㈜㎏℃ﾡﾃﾞ",
    *"한글ㅋㅠ中文國です々〇",
    *"жОсνα",
    *"!?.,;:'\"()[]{}<>|/\\@#&%$€₩…，。【】",
    *"😀👍🏽1️⃣🇫🇷❤️",
    *("fr33", "m0ney", "c a s h", "f.r.e.e", "frее", "카 톡", "微 信", "b2b"),
    *("https://", "www.", "example.com", "me@b.co", "@team", "#tag", "#话题#", "$5", "10 %"),
    *("&amp;", "&#0;", "&#x1F600;", "&nbsp", "&lt;", "[LINK]", "{{name}}", "【姓名】"),
    *(
        "Hello",
        "world",
        "l'été",
        "aujourd'hui",
        "don't",
        "안녕하세요",
        "고객님",
        "你好世界",
        "產品",
    ),
    *("aaaaaa", "!!!!!", "00000", "    ", "x" * 70, "." * 130),
)
"""What a text may be put together from."""

texts = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=25).map("".join)
"""One wild text; lone surrogates and NUL included."""

batches = st.lists(texts, max_size=6)
"""Several of them, or none."""


@cache
def real_texts(language: str) -> tuple[str, ...]:
    """Return the project's own labelled texts of a language."""
    return tuple(
        json.loads(line)["text"]
        for path in sorted(DATA.glob(f"*.{language}.*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
