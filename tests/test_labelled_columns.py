"""A company's own sheets: whatever it calls its columns, labels and values."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from smclassify.errors import InputError, TrainingError
from smclassify.labelled import (
    LabelledTexts,
    ReadOptions,
    from_records,
    parse_mapping,
    read_labelled,
    read_labelled_files,
)
from smclassify.labels import DEPARTMENTS, FLAGS, KINDS, Task
from smclassify.model.indexing import UNLABELLED


def sheet(folder: Path, content: str, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def known(texts: LabelledTexts, row: int = 0) -> dict[str, int]:
    pairs = zip(texts.heads, texts.labels[row].tolist(), strict=True)
    return {name: value for name, value in pairs if value != UNLABELLED}


def present(texts: LabelledTexts, row: int = 0) -> set[str]:
    return {name for name, value in known(texts, row).items() if value == 1}


def read_one(path: Path, **options) -> LabelledTexts:
    (texts,) = read_labelled([path], ReadOptions(**options)).values()
    return texts


# --- headers and synonyms -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("comment,Category\nWhere is it?,Complaint\nThanks!,Praise\n", [{"complaint"}, {"praise"}]),
        ("Commentaire,Catégorie,Service concerné\nOù est-il ?,RECLAMATION,Service client\n",
         [{"complaint", "customer_service"}]),
        ("댓글 내용,분류,담당 부서\n언제 오나요 정말,불만,고객센터\n",
         [{"complaint", "customer_service"}]),
        ("评论内容,类型,部门\n什么时候到货啊,咨询,销售\n", [{"question", "sales"}]),
        ("評論內容,類型,部門\n什麼時候到貨啊,投訴,售後服務\n", [{"complaint", "customer_service"}]),
        ("text,comment type\nWhere is it?,réclamation\n", [{"complaint"}]),
        ("text,x1\nWhere is it?,complaints\nHello you,chit-chat\n", [{"complaint"}, {"chatter"}]),
        ("text,labels\nWhere is it?,complaint | private reply\nHi,chatter\n",
         [{"complaint", "private_reply"}, {"chatter"}]),
        ("text,kind,needs private reply\nWhere is it?,complaint,o\nHi,chatter,x\n",
         [{"complaint", "private_reply"}, {"chatter"}]),
        ("text,Plainte,Crise\nWhere is it?,oui,non\nHi there,non,non\n", [{"complaint"}, set()]),
    ],
)  # fmt: skip
def test_comments_under_the_names_people_use(tmp_path, content, expected):
    texts = read_one(sheet(tmp_path, content))
    assert texts.task is Task.COMMENTS
    assert [present(texts, row) for row in range(len(texts))] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("draft,étiquettes\nAchetez !,Hors charte\nBonjour,\n", [{"off_policy"}, set()]),
        ("text,라벨\n지금 구매하세요,광고성\n안녕하세요,정상\n", [{"spammy"}, set()]),
        (
            "text,标签\n快来买吧各位,违规/自我中心\n大家好呀,无\n",
            [{"off_policy", "self_centered"}, set()],
        ),
        ('text,labels\nBuy,"spammy\nself-centered"\n', [{"spammy", "self_centered"}]),
        ("text,Spammy,Off-Policy\nBuy,✓,\nHi,,x\n", [{"spammy"}, {"off_policy"}]),
    ],
)
def test_drafts_under_the_names_people_use(tmp_path, content, expected):
    texts = read_one(sheet(tmp_path, content))
    assert texts.task is Task.DRAFTS
    assert [present(texts, row) for row in range(len(texts))] == expected


def test_a_column_that_only_sometimes_holds_labels_is_known_by_what_is_in_it(tmp_path):
    path = sheet(tmp_path, "text,kind,type\nWhere is it?,complaint,review\nHi,chatter,tweet\n")
    assert [present(read_one(path), row) for row in (0, 1)] == [{"complaint"}, {"chatter"}]


def test_what_a_model_guessed_is_never_taken_for_what_a_person_said(tmp_path):
    path = sheet(tmp_path, "text,sm_kind,kind\nWhere is it?,praise,complaint\nHi,spam,chatter\n")
    assert [present(read_one(path), row) for row in (0, 1)] == [{"complaint"}, {"chatter"}]
    guessed = sheet(tmp_path, "text,sm_kind\nWhere is it?,praise\nHi,spam\n", "guessed.csv")
    with pytest.raises(TrainingError, match="no labels"):
        read_labelled([guessed])
    assert present(read_one(guessed, label_columns=("sm_kind",))) == {"praise"}


def test_the_marks_of_a_triages_result_are_no_part_of_a_text(tmp_path):
    guarded = "text,sm_kind,kind\n'@brand where is it?,praise,complaint\n"
    assert read_one(sheet(tmp_path, guarded)).texts == ["@brand where is it?"]
    own = guarded.replace("sm_kind", "colour")
    assert read_one(sheet(tmp_path, own, "own.csv")).texts == ["'@brand where is it?"]


@pytest.mark.parametrize(
    "ours", ["annotator,file,row", "a_says,b_says", "suspected,verdict,before"]
)
def test_the_marks_of_a_sheet_that_we_have_made_are_no_part_of_a_text(tmp_path, ours):
    blank = "," * ours.count(",")
    guarded = f"id,text,kind,{ours}\n'=7,'=HYPERLINK(1),complaint,{blank}\n"
    read = read_one(sheet(tmp_path, guarded))
    assert (read.ids, read.texts) == (["=7"], ["=HYPERLINK(1)"])
    as_it_is = guarded.replace(ours, ours.replace("_", "").replace("r", "x"))
    assert read_one(sheet(tmp_path, as_it_is, "own.csv")).texts == ["'=HYPERLINK(1)"]


def test_of_an_own_sheet_with_some_such_columns_every_mark_is_kept(tmp_path):
    own = "text,kind,annotator,row\n'@brand where is it?,complaint,Ana,1\n"
    assert read_one(sheet(tmp_path, own)).texts == ["'@brand where is it?"]


def test_two_columns_that_say_the_same_are_not_chosen_between(tmp_path):
    path = sheet(tmp_path, "text,Anna,Ben\nWhere is it?,complaint,praise\nHi,chatter,chatter\n")
    with pytest.raises(TrainingError, match="“Anna” and “Ben” both say") as caught:
        read_labelled([path])
    assert "sheet.csv" in str(caught.value)
    assert "--label-column" in str(caught.value)
    assert present(read_one(path, label_columns=("Ben",))) == {"praise"}


def test_a_label_column_that_is_named_and_not_there_is_an_error(tmp_path):
    path = sheet(tmp_path, "text,kind\nHi,chatter\n")
    with pytest.raises(TrainingError, match=r"no column 'knid'; its columns are: text, kind"):
        read_labelled([path], ReadOptions(label_columns=("knid",)))
    with pytest.raises(TrainingError, match="No file has the column “knid”"):
        read_labelled([path], ReadOptions(label_columns=("kind", "knid")))


# --- what is not said ---------------------------------------------------------------------------


def test_a_blank_cell_says_that_a_draft_is_clean_only_under_labels(tmp_path):
    contract = read_one(sheet(tmp_path, "text,labels\nBuy,spammy\nHi,\n", "a.csv"))
    assert known(contract, 1) == dict.fromkeys(FLAGS, 0)
    other = read_one(sheet(tmp_path, "text,category\nBuy,spammy\nHi,\nYo,clean\n", "b.csv"))
    assert [known(other, row) for row in range(3)] == [
        {"spammy": 1},
        {},
        dict.fromkeys(FLAGS, 0),
    ]


def test_a_yes_or_no_label_that_a_column_never_names_was_never_asked(tmp_path):
    texts = read_one(sheet(tmp_path, "text,labels\nWhere,complaint\nHi,chatter|crisis\n"))
    assert known(texts, 0) == {**{k: int(k == "complaint") for k in KINDS}, "crisis": 0}


def test_a_key_that_an_object_lacks_says_nothing(tmp_path):
    path = tmp_path / "d.jsonl"
    records = [{"text": "Buy", "labels": ["spammy"]}, {"text": "Hi", "labels": []}, {"text": "Yo"}]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    texts = read_one(path)
    assert [known(texts, row) for row in (1, 2)] == [dict.fromkeys(FLAGS, 0), {}]


@pytest.mark.parametrize("word", ["?", "n/a", "TODO", "-", "—"])
def test_words_that_say_nothing_teach_nothing(tmp_path, word):
    texts = read_one(sheet(tmp_path, f"text,kind,crisis\nWhere,complaint,no\nHi,{word},{word}\n"))
    assert known(texts, 1) == {}


def test_a_cell_with_two_kinds_teaches_none_and_is_remarked_upon(tmp_path):
    path = sheet(tmp_path, "text,kind\nWhere,complaint|question\nHi,chatter\n")
    (understood,) = read_labelled_files([path]).understood
    assert known(read_one(path)) == {}
    assert [(one.row, "two kinds" in one.message) for one in understood.remarks] == [(1, True)]


def test_a_department_of_praise_is_left_out_and_remarked_upon(tmp_path):
    path = sheet(tmp_path, "text,kind,department\nLovely,praise,sales\n")
    (understood,) = read_labelled_files([path]).understood
    assert not set(known(read_one(path))) & set(DEPARTMENTS)
    assert "the department sales" in understood.remarks[0].message


# --- the mapping --------------------------------------------------------------------------------


def test_values_and_headers_are_mapped(tmp_path):
    path = sheet(
        tmp_path,
        "Beitrag,Kategorie,Wer\nWo ist mein Paket?,Beschwerde,ana\nDanke euch!,Lob,ben\n"
        "Na ja und so,weiß nicht,cy\n",
    )
    mapping = parse_mapping(
        ["BESCHWERDE = complaint|private_reply", "Lob=praise", "weiss nicht=", "Wer=author"]
    )
    with pytest.raises(TrainingError, match="capitals"):
        ReadOptions(mapping={"Lob": "praise", "lob": "complaint"}) and read_labelled(
            [path], ReadOptions(mapping={"Lob": "praise", "lob": "complaint"})
        )
    texts = read_one(path, mapping=mapping)
    assert [present(texts, row) for row in range(3)] == [
        {"complaint", "private_reply"}, {"praise"}, set(),
    ]  # fmt: skip
    assert known(texts, 2) == {}
    assert texts.authors == ["ana", "ben", "cy"]


def test_a_column_is_mapped_to_what_it_is_for_or_to_nothing(tmp_path):
    path = sheet(tmp_path, "text,Sorte,kind\nWhere,complaint,praise\nHi,chatter,praise\n")
    texts = read_one(path, mapping={"Sorte": "kind", "kind": ""})
    assert [present(texts, row) for row in (0, 1)] == [{"complaint"}, {"chatter"}]


def test_a_value_is_mapped_to_no_label_at_all(tmp_path):
    path = sheet(tmp_path, "text,labels\nBuy,pub\nHi,rien du tout\nYo,ham\n")
    texts = read_one(path, mapping={"pub": "spammy", "rien du tout": "none", "ham": "clean"})
    assert [known(texts, row) for row in (1, 2)] == [dict.fromkeys(FLAGS, 0)] * 2


def test_true_and_false_can_be_mapped(tmp_path):
    path = sheet(tmp_path, "text,private_reply\nWhere,Ja\nHi,Nein\nYo,vielleicht\n")
    mapping = {"Ja": "true", "Nein": "false", "vielleicht": "-"}
    texts = read_one(path, mapping=mapping)
    assert [known(texts, row) for row in range(3)] == [
        {"private_reply": 1},
        {"private_reply": 0},
        {},
    ]


def test_a_value_with_separators_in_it_can_be_mapped_whole(tmp_path):
    path = sheet(tmp_path, 'text,kind\nWhere,"Ärger, groß/klein"\n')
    assert present(read_one(path, mapping={"Ärger, groß/klein": "complaint"})) == {"complaint"}


def test_a_mapping_to_nothing_that_is_known_is_an_error(tmp_path):
    with pytest.raises(TrainingError, match=r"'Lob' is mapped to 'prais'.*nearest is praise"):
        read_labelled(
            [sheet(tmp_path, "text,kind\nA,Lob\n")], ReadOptions(mapping={"Lob": "prais"})
        )


@pytest.mark.parametrize("pair", ["Beschwerde", "=complaint", "  =praise"])
def test_a_pair_that_maps_nothing_is_an_error(pair):
    with pytest.raises(TrainingError, match="maps nothing") as caught:
        parse_mapping([pair])
    assert "OLD=NEW" in str(caught.value)


def test_of_a_pair_the_last_sign_of_equality_counts():
    assert parse_mapping(["a=b=complaint", "x="]) == {"a=b": "complaint", "x": ""}
    with pytest.raises(TrainingError, match="'a' is mapped to 'praise' and to 'spam'"):
        parse_mapping(["a=praise", "a=spam"])


def test_what_is_mapped_and_stands_nowhere_is_told(tmp_path):
    path = sheet(tmp_path, "text,kind\nA,Lob\n")
    files = read_labelled_files(
        [path], ReadOptions(mapping={"Lob": "praise", "Tadel": "complaint"})
    )
    assert files.unused == ("Tadel",)


# --- labels of the company's own -----------------------------------------------------------------


def test_a_companys_own_labels_are_columns_after_the_guides(tmp_path):
    path = sheet(tmp_path, "text,labels,recall\nA,spammy|Late Night,yes\nB,,\nC,late_night,no\n")
    texts = read_one(path, new_labels=("recall", "late_night"))
    assert (texts.own, texts.heads[-2:]) == (("recall", "late_night"), ("recall", "late_night"))
    assert texts.column("recall").tolist() == [1, 0, 0]
    assert texts.column("late_night").tolist() == [1, 0, 1]
    assert [present(texts, row) & set(FLAGS) for row in range(3)] == [{"spammy"}, set(), set()]


def test_an_own_label_among_the_kinds_says_nothing_about_the_kind(tmp_path):
    path = sheet(tmp_path, "text,kind\nA,complaint\nB,배송지연\n")
    texts = read_one(path, new_labels=("배송지연",))
    assert known(texts, 1) == {"배송지연": 1}
    assert texts.column("배송지연").tolist() == [0, 1]


def test_an_own_label_of_which_a_file_says_nothing_is_unlabelled_there(tmp_path):
    one = sheet(tmp_path, "text,kind,vip\nA,complaint,yes\n", "a.csv")
    two = sheet(tmp_path, "text,kind\nB,complaint\n", "b.csv")
    texts = read_labelled([one, two], ReadOptions(new_labels=("vip",)))[Task.COMMENTS]
    assert texts.column("vip").tolist() == [1, UNLABELLED]


@pytest.mark.parametrize("name", ["complaint", "Kind", "", "a b", "x" * 41, "spammy", "sm score"])
def test_an_own_label_needs_a_name_of_its_own(name):
    with pytest.raises(TrainingError, match="cannot be a label of your own"):
        ReadOptions(new_labels=(name,))


# --- values nobody knows ------------------------------------------------------------------------


def test_all_unknown_values_are_told_at_once_the_most_frequent_first(tmp_path):
    one = sheet(tmp_path, "text,kind\nA,lob\nB,comploint\nC,lob\n", "a.csv")
    two = sheet(tmp_path, "text,kind\nD,lob\nE,praise\n", "b.csv")
    with pytest.raises(TrainingError) as caught:
        read_labelled([one, two])
    said = str(caught.value)
    assert "a.csv, row 1: 2 values are no labels:" in said
    assert said.index("'lob' (3 rows)") < said.index("'comploint' (1 row)")
    assert "row 2; the nearest is complaint" in said
    assert '--map "lob=' in said
    assert "--new-label lob" in said


def test_of_very_many_unknown_values_ten_are_listed(tmp_path):
    rows = "".join(f"text {i},strange{i}\n" for i in range(25))
    with pytest.raises(TrainingError) as caught:
        read_labelled([sheet(tmp_path, f"text,kind\n{rows}")])
    assert str(caught.value).count("(1 row)") == 10
    assert "and 15 more" in str(caught.value)


@pytest.mark.parametrize("header", ["category", "label"])
def test_a_sheet_of_other_names_alone_says_what_can_be_done(tmp_path, header):
    with pytest.raises(TrainingError) as caught:
        read_labelled([sheet(tmp_path, f"text,{header}\nA,Lob\nB,Tadel\n")])
    for words in ("drafts or comments", "'Lob'", "--task", "--map"):
        assert words in str(caught.value)


def test_both_tasks_in_one_file_are_refused_unless_one_is_named(tmp_path):
    path = sheet(tmp_path, "text,labels,kind\nBuy,spammy,\nWhere,,complaint\n")
    with pytest.raises(TrainingError, match="both drafts' and comments' labels") as caught:
        read_labelled([path])
    assert "--task" in str(caught.value)
    assert present(read_one(path, task=Task.COMMENTS), 1) == {"complaint"}
    assert present(read_one(path, task=Task.DRAFTS), 0) == {"spammy"}


# --- beside the labels --------------------------------------------------------------------------


def test_authors_threads_splits_languages_and_rows_are_kept(tmp_path):
    path = sheet(
        tmp_path,
        "comment_id,text,author,conversation id,language,split,kind\n"
        "a1,Where is it?,@ana,t1,English,Training,complaint\n"
        ",,,,,,\n"
        "a2,Hi there,ben,t2,pt-BR,held-out,chatter\n"
        "a3,Yo there,,,?,,chatter\n",
    )
    texts = read_one(path, lang="en")
    assert texts.ids == ["a1", "a2", "a3"]
    assert texts.authors == ["@ana", "ben", ""]
    assert texts.threads == ["t1", "t2", ""]
    assert texts.splits == ["train", "test", ""]
    assert texts.languages == ["en", "pt-BR", "en"]
    assert texts.rows == [1, 3, 4]


def test_a_column_called_split_with_other_things_in_it_is_no_split(tmp_path):
    texts = read_one(sheet(tmp_path, "text,subset,kind\nA,airline.csv,chatter\nB,x.csv,praise\n"))
    assert texts.splits == ["", ""]


def test_a_mistyped_split_is_not_just_left_out(tmp_path):
    path = sheet(tmp_path, "text,split,kind\nA,train,chatter\nB,test,praise\nC,tets,praise\n")
    with pytest.raises(TrainingError, match=r"row 3.*'tets'"):
        read_labelled([path])


def test_how_a_file_was_understood_is_told(tmp_path):
    path = sheet(tmp_path, "Message,Classe,note\nOù est-il ?,Plainte,5\n,éloge,4\nBonjour,,3\n")
    (understood,) = read_labelled_files([path]).understood
    assert understood.name == "sheet.csv"
    assert understood.path == str(path)
    assert understood.columns == {"Message": "text", "Classe": "any label"}
    assert understood.values == {"Plainte": ("complaint",), "éloge": ("praise",)}
    assert (understood.rows, understood.unlabelled) == (2, 1)
    assert understood.skipped == {"without a text": (2,)}


# --- many tables --------------------------------------------------------------------------------


def test_all_sheets_of_a_workbook_are_read_and_those_without_labels_passed_over(tmp_path):
    book = Workbook()
    book.active.title = "Mai"
    book.active.append(["Text", "Kind"])
    book.active.append(["Where is it?", "complaint"])
    june, notes = book.create_sheet("Juni"), book.create_sheet("Notizen")
    june.append(["Text", "Kind"])
    june.append(["Thanks so much!", "praise"])
    notes.append(["Who", "What"])
    notes.append(["Ana", "labelled the sheets of May with some care"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    files = read_labelled_files([path])
    texts = files.texts[Task.COMMENTS]
    assert texts.texts == ["Where is it?", "Thanks so much!"]
    assert texts.groups == ["book.xlsx, sheet “Mai”", "book.xlsx, sheet “Juni”"]
    assert texts.rows == [1, 1]
    assert len(files.passed_over) == 1
    assert "Notizen" in files.passed_over[0]
    assert len(read_one(path, sheet="Juni")) == 1


def test_folders_and_archives_are_read(tmp_path):
    folder = tmp_path / "labels"
    folder.mkdir()
    sheet(folder, "text,kind\nWhere is it?,complaint\n", "a.csv")
    sheet(folder, "name,price\nmug,3\n", "prices.csv")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("b.csv", "text,labels\nBuy,spammy\n")
    files = read_labelled_files([folder, tmp_path / "z.zip"])
    assert files.texts[Task.COMMENTS].groups == ["a.csv"]
    assert files.texts[Task.DRAFTS].groups == ["z.zip: b.csv"]
    assert "prices.csv" in files.passed_over[0]


def test_a_folder_without_any_labels_is_an_error(tmp_path):
    sheet(tmp_path, "text,price\nA lovely mug for tea,3\n")
    with pytest.raises(TrainingError, match="no labels"):
        read_labelled([tmp_path])


def test_encoding_and_delimiter_are_taken_from_the_options(tmp_path):
    path = tmp_path / "k.csv"
    path.write_bytes("텍스트^분류\n언제 오나요 정말^불만\n".encode("cp949"))
    assert present(read_one(path, encoding="cp949", delimiter="^")) == {"complaint"}
    with pytest.raises(InputError):
        read_labelled([path], ReadOptions(encoding="klingon"))


# --- texts put together and taken apart ----------------------------------------------------------


def test_texts_are_joined_by_the_names_of_their_own_labels():
    one = from_records(Task.DRAFTS, [{"text": "A", "labels": "vip"}], "a", own=("vip",))
    two = from_records(Task.DRAFTS, [{"text": "B", "labels": "late|vip"}], "b", own=("late", "vip"))
    both = LabelledTexts.joined([one, two])
    assert both.own == ("vip", "late")
    assert both.column("vip").tolist() == [1, 1]
    assert both.column("late").tolist() == [UNLABELLED, 1]
    assert both.column("spammy").tolist() == [0, 0]


@given(st.lists(st.integers(0, 4), max_size=8))
def test_what_is_taken_is_what_was_there(indexes):
    records = [{"text": f"t{i}", "labels": "spammy" * (i % 2), "author": f"a{i}"} for i in range(5)]
    texts = from_records(Task.DRAFTS, records, "x")
    taken = texts.take(indexes)
    assert taken.texts == [f"t{i}" for i in indexes]
    assert taken.authors == [f"a{i}" for i in indexes]
    assert taken.column("spammy").tolist() == [i % 2 for i in indexes]
    assert taken.rows == [i + 1 for i in indexes]


cells = st.text(st.sampled_from("ab|;,/[]\"'=- \n\té불无1x?"), max_size=12) | st.sampled_from(
    ["spammy", "complaint", "yes", "none", "true", "[]", '["spammy"]', "null"]
)


@given(
    st.lists(st.sampled_from(["labels", "kind", "category", "spammy", "x", "split", "lang"]),
             min_size=1, max_size=4, unique=True),
    st.lists(st.lists(cells, min_size=4, max_size=4), min_size=1, max_size=5),
)  # fmt: skip
def test_whatever_stands_in_a_sheet_it_is_read_or_refused_in_words(tmp_path_factory, headers, rows):
    path = tmp_path_factory.mktemp("wild") / "w.jsonl"
    records = [
        {"text": "Where is my parcel now?", **dict(zip(headers, row, strict=False))} for row in rows
    ]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    try:
        files = read_labelled_files([path])
    except TrainingError as error:
        assert "w.jsonl" in str(error)
        assert error.hint
    else:
        (texts,) = files.texts.values()
        assert len(texts) == len(rows)
        assert set(texts.labels.ravel().tolist()) <= {UNLABELLED, 0, 1}


def test_what_a_german_spreadsheet_writes_for_true_and_false_is_understood(tmp_path):
    """Its program saves the cells TRUE and FALSE as WAHR and FALSCH."""
    path = sheet(tmp_path, "text,private_reply\na,WAHR\nb,FALSCH\nc,ja\nd,nein\n")
    texts = read_one(path)
    assert texts.column("private_reply").tolist() == [1, 0, 1, 0]


def test_a_label_column_of_strange_words_is_not_passed_over_beside_a_known_one(tmp_path):
    path = sheet(tmp_path, "text,Kategorie,department\na,Beschwerde,sales\nb,spam,\n")
    with pytest.raises(TrainingError, match="Beschwerde"):
        read_one(path)


def test_a_word_that_is_neither_true_nor_false_can_be_mapped_to_either(tmp_path):
    with pytest.raises(TrainingError, match="nope") as caught:
        read_one(sheet(tmp_path, "text,private_reply\na,nope\nb,true\n"))
    assert '"nope=true"' in str(caught.value)
    assert '"nope=false"' in str(caught.value)


def test_it_is_told_what_each_word_was_taken_for_and_what_was_left_alone(tmp_path):
    content = "text,kind,private_reply,Verfasser\na,Lob,jein,jo\nb,praise,joa,ana\nc,egal,true,x\n"
    mapping = {"Lob": "praise", "jein": "false", "joa": "true", "egal": ""}
    options = ReadOptions(mapping=mapping)
    (understood,) = read_labelled_files([sheet(tmp_path, content)], options).understood
    assert understood.values == {
        "Lob": ("praise",), "jein": ("false",), "joa": ("true",), "egal": ("nobody has said",),
    }  # fmt: skip
    assert understood.left_alone == ("Verfasser",)


def test_a_label_of_ones_own_in_capitals_is_refused_with_its_name_in_small_letters():
    with pytest.raises(TrainingError) as caught:
        ReadOptions(new_labels=("Lieferung",))
    assert "--new-label lieferung" in str(caught.value)
