"""Labelled texts: reading them from files, checking them, and who may be held out together."""

from smclassify.labelled.alike import Alike, find_alike
from smclassify.labelled.checks import survey
from smclassify.labelled.duplicates import Deduped, dedupe
from smclassify.labelled.findings import Survey
from smclassify.labelled.folds import MAX_FOLDS, assign_folds
from smclassify.labelled.groups import Tied, connected_groups, tied_groups
from smclassify.labelled.names import split_names
from smclassify.labelled.options import ReadOptions, parse_mapping
from smclassify.labelled.reading import from_records, read_labelled, read_labelled_files
from smclassify.labelled.sheets import group_names
from smclassify.labelled.splitting import split
from smclassify.labelled.texts import LabelledTexts
from smclassify.labelled.understood import LabelledFiles, Remark, Understood
from smclassify.labelled.vocabulary import LABELS, REASONS

__all__ = [
    "LABELS",
    "MAX_FOLDS",
    "REASONS",
    "Alike",
    "Deduped",
    "LabelledFiles",
    "LabelledTexts",
    "ReadOptions",
    "Remark",
    "Survey",
    "Tied",
    "Understood",
    "assign_folds",
    "connected_groups",
    "dedupe",
    "find_alike",
    "from_records",
    "group_names",
    "parse_mapping",
    "read_labelled",
    "read_labelled_files",
    "split",
    "split_names",
    "survey",
    "tied_groups",
]
