"""Which encoding a file is in, from texts as short as one comment."""

import codecs
import io
import json
from pathlib import Path

import pytest

from smclassify.errors import InputError
from smclassify.exports import open_table
from smclassify.exports.reading.encoding import detect_encoding

DATA = Path(__file__).parent.parent / "data"
TRADITIONAL = [
    "客服態度很差，等了三個星期還沒收到訂單，請問什麼時候可以退款？",
    "東西收到了，包裝很好，謝謝你們的服務",
    "為什麼這個價錢比別的店貴這麼多？",
    "餐廳環境不錯，但是上菜太慢了",
    "手機買來兩天就壞了，門市說不能換，太誇張了吧",
]
KOREAN = [
    "배송이 너무 늦어요. 언제 오나요?",
    "감사합니다 잘 쓸게요ㅋㅋㅋ",
    "환불해 주세요",
    "진짜 맛있었어요! 다음에 또 갈게요",
]
CHINESE = [
    "送餐太晚了，饿死！",
    "很好吃，很快",
    "客服一直不回复，什么时候退款？",
    "物流太慢了，差评",
]
FRENCH = [
    "Commande reçue cassée, j'attends toujours une réponse…",
    "Très déçu, le colis n'est jamais arrivé !",
    "À quelle heure fermez-vous ?",
    "Génial, bravo à toute l'équipe",
]


def detect(text, encoding):
    return detect_encoding(io.BytesIO(text.encode(encoding)), "test")


def texts(pattern):
    for path in sorted(DATA.glob(pattern)):
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(line)["text"] for line in file)


def as_file(lines):
    return "id,text\r\n" + "".join(f"{i},{line}\r\n" for i, line in enumerate(lines))


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        *[(line, "cp949") for line in KOREAN],
        *[(line, "gb18030") for line in CHINESE],
        *[(line, "cp950") for line in TRADITIONAL],
        *[(line, "cp1252") for line in FRENCH],
    ],
)
def test_one_comment_is_enough(lines, encoding):
    assert detect(as_file([lines]), encoding) == encoding


@pytest.mark.parametrize(
    ("pattern", "encoding"),
    [
        ("*.ko.*.jsonl", "cp949"),
        ("*.zh.*.jsonl", "gb18030"),
        ("*.fr.*.jsonl", "cp1252"),
    ],
)
def test_real_posts_and_comments_are_told_apart_long_and_short(pattern, encoding):
    lines = [text.replace("\n", " ") for text in texts(pattern)]
    encoded = [line.encode(encoding, "ignore").decode(encoding) for line in lines]
    assert detect(as_file(encoded), encoding) == encoding
    wrong = [
        group
        for start in range(0, len(encoded), 3)
        if not (text := as_file(group := encoded[start : start + 3])).isascii()
        and detect(text, encoding) != encoding
    ]
    assert len(lines) > 300
    assert wrong == []


def test_texts_of_traditional_chinese_are_big5():
    assert detect(as_file(TRADITIONAL * 20), "big5") == "cp950"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("lines", [KOREAN, CHINESE, FRENCH, ["Where is my order?"]])
def test_utf16_is_told_by_its_zero_bytes_where_it_has_no_mark(lines, encoding):
    assert detect(as_file(lines), encoding) == encoding


@pytest.mark.parametrize(
    ("mark", "codec", "expected"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    ],
)
def test_a_mark_decides_and_is_no_part_of_the_header(tmp_path, mark, codec, expected):
    path = tmp_path / "a.csv"
    path.write_bytes(mark + as_file(KOREAN).encode(codec))
    with open_table(path) as table:
        assert table.encoding == expected
        assert table.columns == ["id", "text"]
        assert [row.cells[1] for batch in table.batches() for row in batch] == KOREAN
        assert table.bom == (expected == "utf-8-sig")


def test_the_first_accent_may_come_late():
    text = "id,text\n" + "1,plain words\n" * 50_000 + "2,Très déçu de l'été\n"
    assert detect(text, "cp1252") == "cp1252"
    assert detect(text, "utf-8") == "utf-8"


def test_a_character_across_the_end_of_the_sample_is_no_damage():
    for shift in range(3):
        assert detect("x" * shift + "한" * 200_000, "utf-8") == "utf-8"


def test_a_few_damaged_bytes_leave_utf8_what_it_is():
    data = "".join(f"{i},배송이 늦어요\n" for i in range(100)).encode() + b"5,caf\xe9\n"
    assert detect_encoding(io.BytesIO(data), "test") == "utf-8"


def test_bytes_that_cp1252_has_no_meaning_for_are_latin_1():
    assert detect_encoding(io.BytesIO("déçu, été \x81".encode("latin-1")), "test") == "latin-1"


def test_the_users_word_goes_before_our_guess(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id,text\n1,é\n".encode("cp1252"))
    with open_table(path, encoding="cp1250") as table:
        assert table.encoding == "cp1250"
    path.write_bytes(b"\xef\xbb\xbfid,text\n1,x\n")
    with open_table(path, encoding="UTF8") as table:
        assert table.columns[0] == "id"


def test_random_bytes_are_no_text():
    with pytest.raises(InputError, match="not text"):
        detect_encoding(io.BytesIO(bytes(range(256)) * 10), "test")
