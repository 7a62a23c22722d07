"""Which texts are shown first: what the model is unsure of, nothing twice, every language."""

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from smclassify.annotating.candidates import ReadingOptions, read_candidates
from smclassify.annotating.choosing import Appraisal, farthest_first
from smclassify.annotating.order import languages_of, simple_order
from smclassify.annotating.scheme import Scheme
from smclassify.annotating.session import Item
from smclassify.errors import InputError
from smclassify.exports import Role
from smclassify.labels import CRISIS, LANGUAGES, PRIVATE_REPLY, Task

COMMENTS = Scheme.of(Task.COMMENTS)


@pytest.fixture(scope="module")
def items(comments):
    return [Item(text) for text in comments]


def appraised(classifier, items, scheme=COMMENTS):
    return Appraisal(classifier.panel, classifier.panel.thresholds(scheme.task), scheme, items)


class TestUncertainty:
    def test_it_is_between_0_and_1_and_highest_at_the_threshold(self, classifier, items):
        scheme = Scheme.of(Task.COMMENTS, [PRIVATE_REPLY])
        found = appraised(classifier, items, scheme)
        unsure = found.uncertainty()
        assert ((unsure >= 0) & (unsure <= 1)).all()
        scores = found.probabilities[:, 7]  # private_reply, after the seven kinds
        found._thresholds = {PRIVATE_REPLY: {"*": float(scores[3])}}
        assert found.uncertainty().argmax() == 3
        assert found.uncertainty()[3] == pytest.approx(1)

    def test_a_text_is_as_uncertain_as_its_most_uncertain_label(self, classifier, items):
        alone = [
            appraised(classifier, items, Scheme.of(Task.COMMENTS, [label])).uncertainty()
            for label in ("kind", PRIVATE_REPLY, "department", CRISIS)
        ]
        together = appraised(classifier, items).uncertainty()
        np.testing.assert_allclose(together, np.max(alone, axis=0))

    def test_labels_that_no_model_has_learned_leave_all_equal(self, classifier, items):
        scheme = Scheme.of(Task.COMMENTS, ["recall_topic"], ["recall_topic"])
        found = appraised(classifier, items, scheme)
        assert set(found.uncertainty()) == {1.0}
        assert sorted(found.order(None)) == list(range(len(items)))


class TestOrder:
    def test_every_text_comes_once_and_the_uncertain_ones_first(self, classifier, items):
        found = appraised(classifier, items)
        order = found.order(8)
        assert len(set(order)) == 8
        unsure = found.uncertainty()
        assert unsure[order].mean() > unsure.mean()
        assert sorted(found.order(None)) == list(range(len(items)))

    def test_near_duplicates_of_the_most_uncertain_text_come_last(self, classifier, items):
        best = items[appraised(classifier, items).order(1)[0]]
        crowded = [*items, *(Item(best.text + "!" * n) for n in range(1, 9))]
        chosen = [crowded[place].text for place in appraised(classifier, crowded).order(12)]
        assert sum(text.startswith(best.text) for text in chosen) == 1

    def test_what_is_like_a_text_labelled_before_comes_last(self, classifier, items):
        found = appraised(classifier, items)
        best = found.order(1)[0]
        again = found.order(8, labelled=[items[best].text])
        assert best not in again

    def test_each_language_has_its_share_from_the_beginning(self, classifier, items):
        found = appraised(classifier, [Item(it.text, lang=lang) for it, lang in zip(
            items, np.repeat(LANGUAGES, len(items) // len(LANGUAGES)), strict=True)])  # fmt: skip
        first = Counter(found.languages[place] for place in found.order(8)[:4])
        assert first == Counter(LANGUAGES)

    def test_it_is_the_same_every_time(self, classifier, items):
        assert appraised(classifier, items).order(10) == appraised(classifier, items).order(10)


class TestFarthestFirst:
    def test_one_of_each_heap_before_a_second_of_any(self):
        heaps = np.repeat(np.eye(4), 5, axis=0) + np.random.default_rng(0).random((20, 4)) * 0.01
        chosen = farthest_first(
            normalize(csr_matrix(heaps)), np.ones(20), 4, csr_matrix((0, 4))
        )  # fmt: skip
        assert {place // 5 for place in chosen} == {0, 1, 2, 3}

    def test_among_equally_far_ones_the_heaviest(self):
        chosen = farthest_first(csr_matrix(np.eye(4)), np.array([0.1, 0.9, 0.3, 0.2]), 4,
                                csr_matrix((0, 4)))  # fmt: skip
        assert chosen == [1, 2, 3, 0]

    def test_asked_for_more_than_there_is_it_gives_all(self):
        assert len(farthest_first(csr_matrix(np.eye(2)), np.ones(2), 9, csr_matrix((0, 2)))) == 2


class TestOtherOrders:
    def test_a_seed_makes_a_random_order_repeatable(self):
        assert simple_order(50, "random", 5, 1) == simple_order(50, "random", 5, 1)
        assert simple_order(50, "random", 5, 1) != simple_order(50, "random", 5, 2)
        assert simple_order(50, "file", 3, 0) == [0, 1, 2]

    def test_languages_are_told_where_the_file_doesnt(self):
        assert languages_of([Item("배송이 너무 늦어요"), Item("hm", lang="de")]) == ["ko", "de"]


class TestReading:
    def write(self, folder, *rows, header="id,platform,comment,author,post_id"):
        (folder / "c.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
        return [str(folder / "c.csv")]

    def test_what_is_known_of_a_text_comes_along(self, tmp_path):
        names = self.write(tmp_path, "7,instagram,Where is it?,Jo,p1", "8,x,  ,Jo,p1")
        (item,) = read_candidates(names, ReadingOptions()).items
        assert item == Item("Where is it?", "7", "", "instagram", "Jo", "p1", "c.csv", 1)

    def test_equal_texts_are_shown_once(self, tmp_path):
        names = self.write(tmp_path, "1,x,so late,a,p", "2,x,so  late ,b,p", "3,x,fine,c,p")
        found = read_candidates(names, ReadingOptions())
        assert ([it.id for it in found.items], found.repeated) == (["1", "3"], 1)

    def test_texts_labelled_before_are_left_out_and_missing_ones_counted(self, tmp_path):
        names = self.write(tmp_path, "1,x,so late,a,p", "3,x,fine,c,p")
        found = read_candidates(names, ReadingOptions(), ["fine", "no longer there"])
        assert ([it.id for it in found.items], found.labelled, found.gone) == (["1"], 1, 1)

    def test_a_pool_is_a_sample_in_the_order_of_the_file(self, tmp_path):
        names = self.write(tmp_path, *(f"{n},x,text {n},a,p" for n in range(500)))
        drawn = [int(it.id) for it in read_candidates(names, ReadingOptions(pool=50)).items]
        again = [int(it.id) for it in read_candidates(names, ReadingOptions(pool=50)).items]
        other = [int(it.id) for it in read_candidates(names, ReadingOptions(pool=50, seed=1)).items]
        assert drawn == sorted(drawn) == again != other
        assert len(set(drawn)) == 50
        assert min(drawn) < 100 < 400 < max(drawn)

    def test_columns_and_the_language_can_be_named(self, tmp_path):
        names = self.write(tmp_path, "1,x,yes,no,p", header="id,platform,other,comment,post_id")
        options = ReadingOptions(columns={Role.TEXT: "other"}, lang="de")
        (item,) = read_candidates(names, options).items
        assert (item.text, item.lang) == ("yes", "de")

    def test_a_file_without_texts_is_refused(self, tmp_path):
        with pytest.raises(InputError, match="no text in it"):
            read_candidates(self.write(tmp_path, "1,x,,a,p"), ReadingOptions())
