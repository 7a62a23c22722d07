"""Reading and writing what companies really have: CSV, TSV, XLSX, JSONL, JSON, Parquet."""

from smclassify.exports.cells import cell_text
from smclassify.exports.columns import NAMES, Role, find_column
from smclassify.exports.reading import DRAFT_ENDINGS, DraftFile, open_table, read_drafts_file
from smclassify.exports.sink import RowSink
from smclassify.exports.source import ENDINGS, FORMATS, STDIN
from smclassify.exports.table import ABSENT, SURPLUS, Problem, Problems, Row, Table
from smclassify.exports.target import OUTPUT_FORMATS, OutputClosedError

__all__ = [
    "ABSENT",
    "DRAFT_ENDINGS",
    "ENDINGS",
    "FORMATS",
    "NAMES",
    "OUTPUT_FORMATS",
    "STDIN",
    "SURPLUS",
    "DraftFile",
    "OutputClosedError",
    "Problem",
    "Problems",
    "Role",
    "Row",
    "RowSink",
    "Table",
    "cell_text",
    "find_column",
    "open_table",
    "read_drafts_file",
]
