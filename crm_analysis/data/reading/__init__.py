"""From a file to rows of text, each with its line; what the text means is decided later."""

from crm_analysis.data.reading.raw import RawTable
from crm_analysis.data.reading.sources import SUFFIXES, read_table, split_sheet, table_stem

__all__ = ["SUFFIXES", "RawTable", "read_table", "split_sheet", "table_stem"]
