"""Reading and writing what companies really have: CSV, TSV, XLSX, JSONL, JSON, Parquet."""

from smclassify.exports.cells import cell_text
from smclassify.exports.columns.recognition import (
    NAMES,
    Found,
    How,
    NoTextColumnError,
    Recognition,
    Role,
    find_column,
    recognise,
)
from smclassify.exports.reading.inputs import FoundInputs, find_inputs
from smclassify.exports.reading.opening import (
    DRAFT_ENDINGS,
    DraftFile,
    open_table,
    read_drafts_file,
)
from smclassify.exports.reading.source import ENDINGS, FORMATS, STDIN, InputName, Skipped
from smclassify.exports.table import ABSENT, SURPLUS, Problem, Problems, Row, Table
from smclassify.exports.writing.target import OUTPUT_FORMATS, OutputClosedError
from smclassify.exports.writing.writer import Style, write_table

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
    "Found",
    "FoundInputs",
    "How",
    "InputName",
    "NoTextColumnError",
    "OutputClosedError",
    "Problem",
    "Problems",
    "Recognition",
    "Role",
    "Row",
    "Skipped",
    "Style",
    "Table",
    "cell_text",
    "find_column",
    "find_inputs",
    "open_table",
    "read_drafts_file",
    "recognise",
    "write_table",
]
