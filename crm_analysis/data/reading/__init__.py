"""From a file to rows of text, each with its line; what the text means is decided later."""

from crm_analysis.data.reading.columnar import arrow_as_text
from crm_analysis.data.reading.raw import RawTable
from crm_analysis.data.reading.sources import SUFFIXES, read_table, split_sheet, table_stem
from crm_analysis.data.reading.workbook import WORKBOOKS, sheet_names

__all__ = [
    "SUFFIXES",
    "WORKBOOKS",
    "RawTable",
    "arrow_as_text",
    "read_table",
    "sheet_names",
    "split_sheet",
    "table_stem",
]
