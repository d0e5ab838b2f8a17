import bz2
import gzip
import io
import json
import lzma
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analysis.data.reading import read_table, sheet_names, split_sheet, table_stem
from crm_analysis.data.reading.delimited import read_delimited
from crm_analysis.data.reading.fast import read_even_rows
from crm_analysis.errors import InputError

TEXT = "customer;città;betrag\n007;Köln;1\n008;Århus;2\n"
CHINESE = "客户编号,城市,金额\n甲一,北京,12.50\n乙二,上海,8\n"
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def put(tmp_path):
    def write(name, content, **told):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, **told)

    return write


def fields(raw):
    return [list(raw.rows.columns), *raw.rows.to_numpy().tolist()]


# Encodings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("read as UTF-16, since it isn't UTF-8",)),
        ("utf-16-le", ("read as UTF-16-LE, since it isn't UTF-8",)),
        ("utf-16-be", ("read as UTF-16-BE, since it isn't UTF-8",)),
        ("utf-32", ("read as UTF-32, since it isn't UTF-8",)),
        ("cp1252", ("read as Windows-1252, since it isn't UTF-8",)),
        ("latin-1", ("read as Windows-1252, since it isn't UTF-8",)),
    ],
)
def test_a_european_text_in_any_encoding(put, encoding, said):
    raw = put("orders.csv", TEXT.encode(encoding))
    assert fields(raw)[1] == ["007", "Köln", "1"]
    assert list(raw.rows.columns) == ["customer", "città", "betrag"]
    assert raw.notes == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030", "gbk", "gb2312"])
def test_a_chinese_text_in_any_encoding(put, encoding):
    raw = put("orders.csv", CHINESE.encode(encoding))
    assert fields(raw)[:2] == [["客户编号", "城市", "金额"], ["甲一", "北京", "12.50"]]
    assert bool(raw.notes) == (encoding != "utf-8")


@pytest.mark.parametrize(
    "word", ["Käufer", "naïve café", "ÄÖÜ ÉÈ", "señor niño", "£ 5 – “quoted”", "ÀÉÎÕÜ", "Größe"]
)
def test_european_words_are_never_taken_for_chinese(put, word):
    raw = put("orders.csv", f"a,b\n{word},1\n".encode("cp1252"))
    assert raw.rows["a"].tolist() == [word]


LANGUAGES = {
    "gb18030": "新鲜牛奶和奶酪每天早上送到客户家里",
    "big5": "新鮮牛奶與乳酪每天早上送到客戶家裡",
    "cp949": "신선한 우유와 치즈를 매일 아침 고객의 집으로 배달합니다",
    "cp932": "新鮮な牛乳とチーズを毎朝お届けします",
    "euc_jp": "新鮮な牛乳とチーズを毎朝お届けします",
    "cp1250": "Świeże mleko, żółty ser i łąka; Příliš žluťoučký kůň",
    "iso8859_2": "Świeże mleko, żółty ser i łąka",
    "cp1254": "Taze süt, beyaz peynir ve yoğurt her sabah kapınızda, ağaç işi",
    "cp1251": "Свежее молоко и сыр каждое утро",
    "koi8_r": "Свежее молоко и сыр каждое утро",
    "cp1253": "Φρέσκο γάλα και τυρί κάθε πρωί",
    "cp1252": "Frische Käse für Müller – “Größe” 5 €; crème brûlée, señor niño",
}


@pytest.mark.parametrize("encoding", LANGUAGES)
def test_an_encoding_is_told_by_the_language_that_comes_out(put, encoding):
    said = LANGUAGES[encoding]
    raw = put("orders.csv", f"customer_id|product\nA|{said}\nB|milk\n".encode(encoding))
    assert raw.rows["product"].tolist() == [said, "milk"]


def test_two_languages_that_are_as_likely_are_refused_with_both_and_the_setting(put):
    # Read as Korean two common syllables, read as Chinese two common characters, in turn.
    either = b"a,b\n" + "가이".encode("cp949") + "的大".encode("gb18030") + b",1\n"
    with pytest.raises(
        InputError, match=r"may be \w+ \(.+\) or \w+ \(.+\): .*\(encoding "
    ) as error:
        put("orders.csv", either)
    assert all(name in str(error.value) for name in ("Chinese", "Korean", "gb18030", "cp949"))
    assert put("orders.csv", either, encoding="cp949").rows["a"][2].startswith("가이")


def test_a_byte_far_below_that_is_of_another_encoding_is_no_error(put):
    lines = "\n".join(["Świeże mleko,1"] * 20_000)
    raw = put("orders.csv", f"a,b\n{lines}\n".encode("cp1250") + b"\x81,2\n")
    assert len(raw.rows) == 20_001


def test_bytes_that_windows_1252_lacks_are_latin_1(put):
    raw = put("orders.csv", b"a,b\n\xe4\x81,1\n")
    assert raw.notes == ("read as Latin-1, since it isn't UTF-8",)


def test_a_told_encoding_wins(put):
    raw = put("orders.csv", "a,b\nПривет,1\n".encode("cp1251"), encoding="cp1251")
    assert raw.rows["a"].tolist() == ["Привет"]
    assert raw.notes == ()
    with pytest.raises(InputError, match="unknown encoding 'utf-9'"):
        put("orders.csv", TEXT, encoding="utf-9")
    with pytest.raises(InputError, match=r"isn't whole ascii text \(line 1\)"):
        put("orders.csv", TEXT, encoding="ascii")


def test_mixed_encodings_are_refused_with_the_first_line(put):
    content = "a,b\nKöln,1\nÅrhus,2\n".encode() + "Zürich,3\n".encode("latin-1")
    with pytest.raises(InputError, match=r"mixes encodings: line 4 isn't UTF-8 \(byte 0xfc\)"):
        put("orders.csv", content)


# Delimiters --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(put, delimiter):
    text = 'a,b,c\n1,"x;y|z\t, w",3\n4,5,6\n'.replace(",", delimiter)
    assert fields(put("orders.csv", text))[2] == ["4", "5", "6"]


@pytest.mark.parametrize("delimiter", ["^", "~", ":", "tab", "§"])
def test_other_delimiters_are_told(put, delimiter):
    between = {"tab": "\t"}.get(delimiter, delimiter)
    raw = put("orders.csv", f"a{between}b,c\n1{between}2,3\n", delimiter=delimiter)
    assert fields(raw) == [["a", "b,c"], ["1", "2,3"]]


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", ""])
def test_a_delimiter_is_one_character(put, delimiter):
    if delimiter:
        with pytest.raises(InputError, match="a delimiter is one character"):
            put("orders.csv", "a,b\n1,2\n", delimiter=delimiter)
    else:
        assert fields(put("orders.csv", "a,b\n1,2\n", delimiter=delimiter))[1] == ["1", "2"]


def test_decimal_commas_do_not_pass_for_delimiters(put):
    raw = put("orders.csv", "name, first;price\nmilk, whole;1,20\nbread, rye;3,40\nx;9\n")
    assert list(raw.rows.columns) == ["name, first", "price"]


def test_a_single_column_needs_no_delimiter(put):
    assert fields(put("orders.txt", "name\nAnn B, Graz\nBob\n")) == [
        ["name"],
        ["Ann B, Graz"],
        ["Bob"],
    ]


# Packed ------------------------------------------------------------------------------------------


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


PACKED = {
    "orders.csv.gz": gzip.compress(TEXT.encode()),
    "orders.csv.bz2": bz2.compress(TEXT.encode()),
    "orders.csv.xz": lzma.compress(TEXT.encode()),
    "orders.csv.zst": pa.compress(TEXT.encode(), codec="zstd", asbytes=True),
    "orders.zip": zipped(orders_csv=TEXT),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_are_unpacked(put, name):
    assert fields(put(name, PACKED[name]))[1] == ["007", "Köln", "1"]


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_that_are_damaged_are_named(put, name):
    for content in (PACKED[name][:-9], b"not packed at all", b""):
        with pytest.raises(InputError, match=r"orders\.") as error:
            put(name, content)
        assert "\n" not in str(error.value)


def test_a_zip_holds_one_table(put):
    with pytest.raises(InputError, match=r"must hold one table, but holds a\.csv, b\.csv"):
        put("orders.zip", zipped(a_csv="x", b_csv="y"))
    with pytest.raises(InputError, match="holds nothing"):
        put("orders.zip", zipped())


def test_a_zip_of_another_kind_says_what_it_holds(put):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("shop.xlsx", workbook(a=[["x"], [1]]))
    with pytest.raises(InputError, match=r"must hold a text, but holds shop\.xlsx: unpack it"):
        put("shop.zip", content.getvalue())


def test_names_without_the_endings_of_their_kind(tmp_path):
    assert [table_stem(tmp_path / name) for name in ("a.csv", "a.JSONL.gz", "a.b.xlsx")] == [
        "a",
        "a",
        "a.b",
    ]


# JSON lines --------------------------------------------------------------------------------------


def test_json_lines(put):
    lines = [
        '{"id": 7, "paid": 1.234, "by": {"name": "Ann", "at": {"city": "Graz"}}, "ok": true}',
        "",
        '{"id": "8", "note": null, "paid": 12345678901234567890.5}',
        '{"id": "9"',
        '{"id": 1, "id": 2}',
        "[1]",
    ]
    raw = put("orders.jsonl", "\n".join(lines))
    # 1.234 gets a zero: its point can't be one of thousands.
    assert raw.rows.to_dict("list") == {
        "id": ["7", "8"],
        "paid": ["1.2340", "12345678901234567890.5"],
        "by.name": ["Ann", ""],
        "by.at.city": ["Graz", ""],
        "ok": ["true", ""],
        "note": ["", ""],
    }
    assert raw.rows.index.tolist() == [1, 3]
    assert raw.broken["line"].tolist() == [4, 5, 6]
    assert raw.notes == ("the records within by, by.at were spread over columns",)


def test_an_array_of_records_is_read_as_their_lines(put):
    records = [{"id": 1, "by": {"name": "A"}, "amount": 1.234}, 5, {"id": 2}]
    for indent in (None, 2):
        raw = put("x.json", json.dumps(records, indent=indent))
        assert fields(raw) == [["id", "by.name", "amount"], ["1", "A", "1.2340"], ["2", "", ""]]
        assert raw.rows.index.tolist() == [1, 3]
        assert raw.broken.to_numpy().tolist() == [[2, "not a JSON record", "5"]]


def test_lists_in_json_are_refused(put):
    with pytest.raises(InputError, match=r"a list in 'lines' \(line 1\)"):
        put("orders.ndjson", '{"id": 1, "lines": [1, 2]}')
    with pytest.raises(InputError, match="no line is a record"):
        put("orders.ndjson", "a,b\n1,2\n")


# Workbooks ---------------------------------------------------------------------------------------


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


CELLS = [
    ["id", "when", "paid", "flag", "note", None],
    [17850, datetime(2026, 10, 31, 8, 15), 12.5, True, "milk", None],
    [17851, datetime(2026, 10, 30), 1.234, False, None, None],
    [None, None, None, None, None, None],
    ["007", date(2026, 10, 29), 3, None, "=1+1", None],
]


def test_a_first_line_that_tells_the_delimiter_is_followed(put):
    raw = put("orders.csv", b"\xef\xbb\xbfsep=|\r\nid|price, EUR\r\nA|1,20\r\n\r\nB|3,40\r\n")
    assert raw.rows.to_dict("list") == {"id": ["A", "B"], "price, EUR": ["1,20", "3,40"]}
    assert raw.rows.index.tolist() == [3, 5]
    assert put("orders.tsv", b'"sep=;"\nid;x\nA;1\n').rows["x"].tolist() == ["1"]


def test_cells_are_written_as_a_text_would_have_them(put):
    raw = put("orders.xlsx", workbook(Sheet=CELLS[:4]))
    assert fields(raw) == [
        ["id", "when", "paid", "flag", "note"],
        ["17850", "2026-10-31 08:15:00", "12.5", "true", "milk"],
        ["17851", "2026-10-30 00:00:00", "1.2340", "false", ""],
    ]
    assert raw.file == "orders.xlsx"


def test_the_line_of_a_row_is_its_number_in_the_sheet(put):
    raw = put("orders.xlsx", workbook(Sheet=[[], [], *CELLS]))
    assert raw.rows.index.tolist() == [4, 5, 7]
    assert raw.rows["id"].tolist() == ["17850", "17851", "007"]


def test_a_title_above_a_sheets_header_is_left_away(put):
    body = [["A", "2026-10-31", 3.5], ["B", "2026-10-31", 4.0]]
    raw = put("shop.xlsx", workbook(a=[["Sales"], [], ["id", "day", "amount"], *body]))
    assert raw.rows.to_dict("list")["amount"] == ["3.5", "4"]
    assert raw.rows.index.tolist() == [4, 5]
    assert raw.notes == ("1 row above the header left away",)


def test_hidden_sheets_are_not_meant_unless_named(put, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.active.append([1])
    lists = book.create_sheet("lists")
    lists.append(["y"])
    lists.append([2])
    lists.sheet_state = "hidden"
    book.save(tmp_path / "shop.xlsx")
    assert list(read_table(tmp_path / "shop.xlsx").rows.columns) == ["x"]
    assert list(read_table(f"{tmp_path}/shop.xlsx#lists").rows.columns) == ["y"]
    assert sheet_names(tmp_path / "shop.xlsx") == ["Sheet"]


def test_which_sheet_is_meant(put, tmp_path):
    two = workbook(notes=[["x"], ["1"]], Transactions=[["y"], ["2"]], empty=[])
    assert fields(put("book.xlsx", two, sheet="notes")) == [["x"], ["1"]]
    named = put("book.xlsx", two, table="transactions")
    assert fields(named) == [["y"], ["2"]]
    assert named.file == "book.xlsx#Transactions"
    assert fields(read_table(tmp_path / "book.xlsx#notes")) == [["x"], ["1"]]
    with pytest.raises(
        InputError, match=r"several sheets: notes, Transactions; .*book\.xlsx#notes"
    ):
        put("book.xlsx", two)
    with pytest.raises(InputError, match="did you mean 'notes'"):
        put("book.xlsx", two, sheet="note")
    assert fields(put("book.xlsx", workbook(a=[["x"], ["1"]], b=[]))) == [["x"], ["1"]]
    assert split_sheet("a/b.ods#c d")[1] == "c d"


@pytest.mark.parametrize("name", ["orders.xlsx", "orders.xlsm", "orders.xls", "orders.ods"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200, b"a,b\n1,2\n"])
def test_a_workbook_that_is_none_is_named(put, name, content):
    with pytest.raises(InputError, match="isn't a workbook that can be read") as error:
        put(name, content)
    assert "\n" not in str(error.value)


def test_an_empty_workbook_is_named(put):
    for content in (workbook(a=[]), workbook(a=[[" "]])):
        with pytest.raises(InputError, match=r"orders\.xlsx is empty"):
            put("orders.xlsx", content)
    with pytest.raises(InputError, match="a header but no rows"):
        put("orders.xlsx", workbook(a=[["x", "y"]]))
    with pytest.raises(InputError, match="more than one column 'x'"):
        put("orders.xlsx", workbook(a=[["x", "x"], [1, 2]]))


def test_a_workbook_with_a_password_is_named(put, monkeypatch):
    import python_calamine

    def locked(_):
        raise python_calamine.PasswordError("Workbook is password protected")

    monkeypatch.setattr(python_calamine, "load_workbook", locked)
    with pytest.raises(InputError, match="protected by a password: save it without one"):
        put("orders.xlsx", workbook(a=[["x"], [1]]))


# Parquet -----------------------------------------------------------------------------------------


def test_typed_columns_are_written_as_a_text_would_have_them(put):
    table = pa.table(
        {
            "id": [17850.0, None],
            "paid": [Decimal("12.500"), Decimal("3.000")],
            "weight": [1.234, float("nan")],
            "kind": pa.array(["a", None]).dictionary_encode(),
            "on": [date(2026, 10, 31), None],
            "midnight": [datetime(2026, 10, 31), None],
            # 2026-10-30 23:15:59.9 UTC
            "at": pa.array([1793402159900000, None]).cast(pa.timestamp("us", "Europe/Vienna")),
            "yes": [True, False],
            "none": pa.nulls(2),
        }
    )
    content = io.BytesIO()
    pq.write_table(table, content)
    assert put("orders.parquet", content.getvalue()).rows.iloc[0].to_dict() == {
        "id": "17850",
        "paid": "12.5000",
        "weight": "1.2340",
        "kind": "a",
        "on": "2026-10-31",
        "midnight": "2026-10-31",
        # By the clock of Vienna, an hour later.
        "at": "2026-10-31 00:15:59",
        "yes": "true",
        "none": "",
    }
    second = put("orders.parquet", content.getvalue()).rows.iloc[1]
    assert second.drop(["yes", "paid"]).tolist() == [""] * 7


def test_parquet_that_cannot_be_read_is_named(put):
    content = io.BytesIO()
    pq.write_table(pa.table({"a": ["x"] * 100}), content)
    for damaged in (content.getvalue()[:-50], b"", b"PAR1", b"a,b\n"):
        with pytest.raises(InputError, match="isn't a Parquet file that can be read, or is cut"):
            put("orders.parquet", damaged)


def test_nested_parquet_is_refused(put):
    content = io.BytesIO()
    pq.write_table(pa.table({"a": [[1, 2]]}), content)
    with pytest.raises(InputError, match=r"'a' in orders\.parquet holds list"):
        put("orders.parquet", content.getvalue())


def test_the_index_of_pandas_is_a_column_if_it_has_a_name(put):
    for name, expected in (("id", ["paid", "id"]), (None, ["paid"])):
        content = io.BytesIO()
        frame = pd.DataFrame({"paid": [1]}, index=pd.Index(["A"], name=name))
        frame.to_parquet(content)
        assert list(put("orders.parquet", content.getvalue()).rows.columns) == expected


# Bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a,b\n", "a header but no rows"),
        (b"a,a\n1,2\n", "more than one column 'a'"),
        (b"a,b\n1,2\n3,\0\n", r"holds binary data \(line 3\)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "holds binary data"),
        (b"\x1b[31m,b\n1,2\n", "control characters"),
        (b'a,b\n1,"2\n3,4\n5,6\n', r"opens a quote in line 2 .*swallows the 2 lines below"),
        (
            b"title\n" + b"1,2,3\n" * 10,
            r"nearly all rows .* \(10 of 10\) don't fit its first",
        ),
        (
            b"a,b\n1,2\n3\n4,5\n6,7,8\n",
            r"the rows .* change length: 2 of 4 don't fit .* the first in line 3, 5",
        ),
    ],
)
def test_a_text_that_cannot_be_used_is_named_in_one_sentence(put, content, words):
    with pytest.raises(InputError, match=words) as error:
        put("orders.csv", content)
    assert str(error.value).count("\n") == 0


@pytest.mark.parametrize(
    "above",
    [
        "Sales of October\n",
        "Sales of October,,,\n\n",
        "# made,2026-11-01\n",
        "Shop:,A\nFrom:,1/10\n",
    ],
)
def test_a_title_above_the_header_is_left_away(put, above):
    raw = put("orders.csv", f"{above}id,day,amount,shop\nA,2026-10-31,3,N\nB,2026-10-31,4,N\n")
    assert list(raw.rows.columns) == ["id", "day", "amount", "shop"]
    first = above.count("\n") + 2
    assert raw.rows.index.tolist() == [first, first + 1]
    assert raw.read == 2
    assert "above the header left away" in raw.notes[0]


def test_a_header_with_gaps_is_no_title(put):
    raw = put("orders.csv", ",day,amount,,\n0,2026-10-31,3,N,x\n1,2026-10-31,4,N,y\n")
    assert raw.rows.index.tolist() == [2, 3]
    assert raw.notes == ()


def test_delimiters_behind_the_last_column_are_no_field(put):
    raw = put("orders.csv", "a,b\n1,2,\n3,4,,\n5,6\n")
    assert raw.rows.to_dict("list") == {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}
    assert raw.broken.empty


def test_a_workbook_named_as_text_is_told_by_how_it_begins(put):
    with pytest.raises(InputError, match=r"binary data .* begins like a workbook \(\.xlsx\)"):
        put("orders.csv", workbook(a=[["x"], [1]]))


def test_a_quote_that_stays_open_for_long_is_named(put):
    lines = "\n".join(f"{i},2" for i in range(3000))
    with pytest.raises(InputError, match=r"opens a quote in line 2 .*more than 1,000 lines"):
        put("orders.csv", f'a,b\n1,"x\n{lines}\n9,"y\n')


def test_quotes_within_fields_and_notes_of_several_lines_are_fine(put):
    raw = put("orders.csv", 'a,b\n5" screen,1\n"two\nlines",2\n"say ""hi""",3\n9,"4"\n')
    assert raw.rows["a"].tolist() == ['5" screen', "two\nlines", 'say "hi"', "9"]
    assert raw.rows.index.tolist() == [2, 3, 5, 6]


def test_a_file_of_one_line_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "orders.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        file.seek(3 * 1024**3)  # a hole: the file takes no room on the disk
        file.write(b"\n")
    with pytest.raises(InputError, match="line 2 is longer than 4 MB"):
        read_table(path)


@pytest.mark.parametrize("packed", ["orders.csv", "orders.csv.gz"])
def test_the_longest_line_can_be_told(tmp_path, packed):
    path = tmp_path / packed
    text = b"a,b\n1,2\n" + b"x" * 100
    path.write_bytes(gzip.compress(text) if packed.endswith("gz") else text)
    with pytest.raises(InputError, match="line 3 is longer than"):
        read_table(path, longest_line=50)
    assert read_table(path, longest_line=100).read == 2


def test_what_is_told_for_numbers_and_dates_stays_with_the_rows(put):
    raw = put("orders.csv", TEXT, decimal=",", date_format="day first")
    assert (raw.decimal, raw.date_format) == (",", "day first")


@pytest.mark.parametrize(("name", "kind"), [("shop.duckdb", "duckdb"), ("shop.db", "sqlite")])
def test_a_database_is_told_by_its_address(put, tmp_path, name, kind):
    with pytest.raises(InputError, match=f"is a database: give its address, {kind}:///{tmp_path}"):
        put(name, b"")


def test_unknown_kinds_are_named_with_those_that_are_known(put, tmp_path):
    with pytest.raises(InputError, match=r"can't read orders\.pdf: it must be one of \.csv, "):
        put("orders.pdf", b"%PDF")
    with pytest.raises(InputError, match="can't open"):
        read_table(tmp_path / "nowhere.csv")


# Both readers see the same, and every line is accounted for ---------------------------------------

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def same(one, other):
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert one.broken.to_numpy().tolist() == other.broken.to_numpy().tolist()


@QUICK
@given(st.lists(st.lists(st.sampled_from(["", "x", '"', "a b", " y", '"q"', "é"]), min_size=2,
                         max_size=3).map(",".join), min_size=1, max_size=12),
       st.sampled_from(["\n", "\r\n", "\n\n"]))  # fmt: skip
def test_the_fast_reader_sees_what_the_thorough_one_sees(lines, end):
    text = end.join(["h,k", *lines])
    quick = read_even_rows(text, "x.csv", ",", worthwhile=0)
    if quick is None:
        return
    try:
        thorough = read_delimited(text, "x.csv", ",")
    except InputError as error:
        assert "opens a quote" in str(error)
    else:
        same(quick, thorough)


@QUICK
@given(st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=8),
       st.sampled_from([",", ";", "\t", "|", "^"]),
       st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))  # fmt: skip
def test_what_is_written_comes_back(tmp_path, rows, delimiter, encoding):
    frame = pd.DataFrame(rows, columns=["first", "second"], dtype="str")
    path = tmp_path / "frame.csv"
    # All quoted, so that an empty row isn't a blank line.
    text = frame.to_csv(index=False, sep=delimiter, quoting=1)
    path.write_bytes(text.encode(encoding))
    told = encoding if encoding == "gb18030" else None
    raw = read_table(path, delimiter=delimiter, encoding=told)
    assert raw.rows.to_numpy().tolist() == frame.to_numpy().tolist()


@QUICK
@given(
    st.binary(max_size=300) | FIELD.map(str.encode),
    st.sampled_from(["csv", "tsv", "txt", "jsonl", "csv.gz", "zip", "xlsx", "ods", "parquet"]),
)
def test_garbage_is_read_or_refused_in_a_sentence(tmp_path, content, kind):
    path = tmp_path / f"x.{kind}"
    path.write_bytes(content)
    try:
        raw = read_table(path)
    except InputError as error:
        assert str(error)
    else:
        assert raw.read == len(raw.rows) + len(raw.broken) > 0


@QUICK
@given(st.lists(st.sampled_from(["1,2", "1", "1,2,3", "", "x,y", ",", "é,ü"]), min_size=1))
def test_every_line_is_a_row_or_broken_or_blank(lines):
    try:
        raw = read_delimited("\n".join(["a,b", *lines]), "x.csv", ",")
    except InputError as error:
        assert "don't fit its first line" in str(error)
        assert sum(len(line.split(",")) != 2 for line in lines if line) > 1
        return
    filled = [at for at, line in enumerate(lines, start=2) if line]
    assert sorted([*raw.rows.index, *raw.broken["line"]]) == filled


@QUICK
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.text(
    max_size=5) | st.integers() | st.floats(), min_size=1), min_size=1, max_size=6))  # fmt: skip
def test_json_records_come_back_line_by_line(records):
    from crm_analysis.data.reading.json_lines import read_json_lines

    raw = read_json_lines("\n".join(json.dumps(record) for record in records), "x.jsonl")
    assert raw.rows.index.tolist() == list(range(1, len(records) + 1))
    for (_, row), record in zip(raw.rows.iterrows(), records, strict=True):
        texts = {k: v.replace("\0", "") for k, v in record.items() if isinstance(v, str)}
        assert texts == {name: row[name] for name in texts}
