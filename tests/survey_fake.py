"""A triage of an invented maker of bicycles, for tests of what is shown of one.

All comments are made up. ``python tests/survey_fake.py FOLDER`` writes its pages.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smclassify.labels import KINDS
from smclassify.triage.survey import (
    Answers,
    Burst,
    CopyGroup,
    Moods,
    Service,
    Survey,
    Theme,
    TriagedRow,
    Watch,
)
from smclassify.triage.types import TriageProblem, TriageSummary

START = datetime(2026, 5, 1)
AS_OF = datetime(2026, 5, 31, 21, 40)
BURST = datetime(2026, 5, 16, 23, 10)

COMMENTS = (
    ("en", "complaint", "billing", "Charged twice for the Alder 3 and support has been silent for "
     "four days. Order 88213. I want my money back, not another ticket number."),
    ("fr", "complaint", "customer_service", "Colis annoncé lundi, toujours rien samedi. Personne "
     "ne répond au téléphone, et le suivi affiche « livré ». C'est inadmissible."),
    ("ko", "complaint", "production", "브레이크가 두 번이나 안 잡혔어요. 아이가 타는 자전거인데 "
     "정말 위험합니다. 환불해 주시고 원인을 알려 주세요."),
    ("zh", "complaint", "customer_service", "退款申请提交两个星期了，"
     "客服每次都说正在处理，钱到现在也没退回来，太失望了。"),
    ("en", "question", "sales", "Is the Alder 3 coming back in green? https://example.org/alder-3?"
     "utm_source=averyveryverylongcampaignnamewithoutanyplacetobreakit"),
    ("fr", "complaint", "production", "Le cadre a craqué au bout de trois semaines 😡"),
    ("ko", "question", "sales", "이번 주말에도 매장 여나요?"),
    ("zh", "abuse", None, "垃圾公司，骗子！"),
)  # fmt: skip
PLATFORMS = ("instagram", "facebook", "Trustpilot", "naver", "weibo")


def row(place: int = 1, **changes: object) -> TriagedRow:
    lang, kind, department, text = COMMENTS[place % len(COMMENTS)]
    values = {
        "place": place, "source": "may.xlsx", "row": place + 1, "id": f"c{place}", "text": text,
        "lang": lang, "kind": kind, "private_reply": True, "private_reply_score": 0.9,
        "department": department, "crisis": place % 7 == 2, "priority": max(5, 99 - place // 3),
        "reasons": ("unhappy, with a case of their own: answer in private",
                    "has waited 4 days; the target is 2 h"),
        "platform": PLATFORMS[place % len(PLATFORMS)], "author": f"rider_{place}",
        "time": f"2026-05-{1 + place % 28:02}T09:12:00", "link": f"https://example.org/c/{place}",
        "age_minutes": None if place % 11 == 10 else 97 * place + 20,
    }  # fmt: skip
    return TriagedRow(**{**values, **changes})  # type: ignore[arg-type]


def watch(days: int = 31, step_hours: int = 1, start: datetime = START) -> Watch:
    n = days * 24 // step_hours
    expected = tuple(
        step_hours * (2 + 1.6 * math.sin((i * step_hours % 24 - 8) / 24 * 2 * math.pi))
        for i in range(n)
    )
    complaints = [max(0, round(e + 1.7 * math.sin(i * i))) for i, e in enumerate(expected)]
    at = int((BURST - start) / timedelta(hours=step_hours))
    for place, more in ((at, 22), (at + 1, 14), (at + 2, 7)):
        complaints[place] += more * min(step_hours, 3)
    words = ("brakes", "recall", "brake failed", "브레이크", "刹车失灵")
    bursts = (
        Burst(BURST, BURST + timedelta(hours=2, minutes=50), "complaint", 43, 2.1, 1e-19, 12,
              words, tuple(row(i, age_minutes=None) for i in (2, 0, 3, 5, 7))),
        Burst(BURST + timedelta(hours=9), BURST + timedelta(hours=14), "crisis", 14, 0.1, 3e-7, 0,
              ("boycott", "never again"), (row(2),)),
        Burst(AS_OF - timedelta(hours=3), AS_OF, "complaint", 17, 5.25, 0.004, 0, ("delivery",),
              (row(1), row(9))),
    )  # fmt: skip
    copies = (
        CopyGroup(61, 58, BURST, BURST + timedelta(days=1), {"complaint": 40, "abuse": 21}, row(7)),
        CopyGroup(8, 0, None, None, {"spam": 8}, row(4, kind="spam", department=None)),
    )
    crises = tuple(c // 4 if c > 9 else 0 for c in complaints)
    limit = tuple(e + 4 * math.sqrt(e) + 3 for e in expected)
    return Watch("", start, step_hours, tuple(complaints), crises, expected, limit, bursts, copies)


def service() -> Service:
    by = {
        "platform": (Answers("instagram", 812, 640, 600, 410, 84.0, 900.5),
                     Answers("facebook", 420, 200, 180, 20, 601.0, 4400.0),
                     Answers("", 9, 0, 0, 0, None, None)),
        "department": (Answers("customer_service", 700, 500, 480, 300, 95.0, 1300.0),
                       Answers("billing", 300, 120, 110, 30, 420.0, 3000.0)),
        "language": (Answers("en", 600, 480, 450, 280, 88.0, 1000.0),
                     Answers("zh", 310, 90, 88, 20, 700.0, 6000.0)),
        "weekday": tuple(Answers(str(d), 200 - 20 * d, 150 - 20 * d, 150 - 20 * d, 90 - 15 * d,
                                 60.0 + 80 * d, 700.0 + 300 * d) for d in range(7)),
    }  # fmt: skip
    ages = ((120, 4), (1440, 21), (4320, 33), (10080, 12), (None, 7))
    oldest = tuple(row(i, age_minutes=30_000 - 400 * i) for i in range(1, 8))
    return Service(True, 120, Answers("", 1241, 840, 780, 430, 98.0, 1900.0), by, 77, ages, oldest)


def themes() -> tuple[Theme, ...]:
    return (
        Theme(("charged twice", "refund", "money back"), "en", 214, 0.31, 0.22, 0.4, "growing",
              1e-6, (row(0), row(8))),
        Theme(("livraison", "colis", "suivi"), "fr", 120, 0.44, 0.5, 0.38, "shrinking", 0.002,
              (row(1),)),
        Theme(("배송 지연", "브레이크"), "ko", 45, 0.2, 0.21, 0.2, "steady", 0.8, (row(2),)),
        Theme(("退款", "客服", "两个星期"), "zh", 1, 0.12, None, None, "unknown", None, ()),
    )  # fmt: skip


def moods(n: int = 31, step: str = "day") -> Moods:
    if step == "month":
        starts = tuple(datetime(2024 + i // 12, i % 12 + 1, 1) for i in range(n))
    else:
        starts = tuple(START + i * timedelta(**{f"{step}s": 1}) for i in range(n))
    sizes = dict(zip(KINDS, (40, 25, 30, 6, 9, 4, 60), strict=True))
    kinds = {
        kind: tuple(max(0, round(size * (1 + 0.5 * math.sin(i / 3 + k)))) for i in range(n))
        for k, (kind, size) in enumerate(sizes.items())
    }
    return Moods(step, starts, kinds)


def survey() -> Survey:
    return Survey(
        as_of=AS_OF, first=START, last=AS_OF, undated=12, ours=840,
        platforms={"instagram": 9000, "facebook": 6000, "Trustpilot": 2400, "": 30},
        sentiment={"negative": 6400, "positive": 4100, "neutral": 8200},
        watch=watch(), service=service(), themes=themes(), moods=moods(),
    )  # fmt: skip


def summary(listing: int = 300, **changes: object) -> TriageSummary:
    listed = tuple(row(i) for i in range(listing))
    values = {
        "target": "triaged.csv", "rows": 20_143, "rows_written": 20_141, "rows_lost": 2,
        "blank_rows": 5, "rows_unread": 0, "rows_known": 310,
        "kinds": {"complaint": 6100, "chatter": 5200, "praise": 4100, "question": 2600,
                  "spam": 1400, "suggestion": 443, "abuse": 300},
        "languages": {"en": 8000, "ko": 5000, "zh": 4100, "fr": 3000, "ja": 40, "unknown": 3},
        "departments": {"customer_service": 4000, "billing": 1500, "production": 900, "sales": 800},
        "private_replies": max(listing, 1_480), "crises": 61,
        "problems": (TriageProblem("may.xlsx, row 41", "the cell is cut off", lost=True),
                     TriageProblem("may.xlsx, row 77", "has more cells than the header")),
        "problems_total": 14, "seconds": 3.14159,
        "top": listed[:20], "to_answer": listed,
        "alarms": tuple(row(i, private_reply=False, crisis=True) for i in range(2, 1000, 7))[:61],
        "survey": survey(),
    }  # fmt: skip
    return TriageSummary(**{**values, **changes})  # type: ignore[arg-type]


def nothing() -> TriageSummary:
    """Return a triage of an export without rows."""
    return summary(
        0, rows=0, rows_written=0, rows_lost=0, rows_known=0, kinds={}, languages={}, alarms=(),
        departments={}, private_replies=0, crises=0, problems=(), problems_total=0, survey=Survey(),
    )  # fmt: skip


def one_row() -> TriageSummary:
    """Return a triage of a single comment without a time."""
    return replace(
        nothing(), rows=1, rows_written=1, kinds={"complaint": 1}, languages={"ko": 1},
        departments={"production": 1}, private_replies=1, crises=1,
        to_answer=(row(2, time="", age_minutes=None, platform="", author="", link=""),),
        survey=Survey(sentiment={"negative": 1}, undated=1, service=Service(open_cases=1)),
    )  # fmt: skip


def two_years() -> TriageSummary:
    """Return a triage of two years, counted by the day and by the month."""
    long = replace(
        survey(), first=datetime(2024, 1, 1),
        watch=watch(730, 24, datetime(2024, 6, 1)),
        moods=moods(24, "month"),
    )  # fmt: skip
    return summary(40, survey=long)


if __name__ == "__main__":
    from smclassify.report.triage_page import triage_page

    folder = Path(sys.argv[1])
    pages = {"rich": summary(), "nothing": nothing(), "one": one_row(), "years": two_years()}
    for name, found in pages.items():
        for language in ("en", "fr", "ko", "zh"):
            page = triage_page(found, datetime.now(UTC), ui_language=language)
            (folder / f"{name}-{language}.html").write_bytes(page)
