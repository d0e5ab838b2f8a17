"""The same lines in any file, encoding and style of writing give the same company."""

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analysis.data import load
from crm_analysis.errors import InputError

LINES = pd.DataFrame(
    {
        "customer_id": ["007", "008", "陈", "Müller"],
        "date": pd.to_datetime(
            ["2026-10-03 08:15", "2026-10-31 00:00", "2026-02-01 23:59", "2026-01-15 12:00"]
        ).astype("datetime64[us]"),
        "amount": [1234.5, -3.25, 0.125, 1234567.0],
        "product": ['5" tray', "milk; whole, 1 l", "牛奶", "a|b\tc"],
    }
)
EXPECTED = LINES.assign(date=LINES["date"].dt.normalize(), hour=LINES["date"].dt.hour)


def written(lines: pd.DataFrame, day: str, decimal: str, group: str) -> pd.DataFrame:
    swap = {ord("."): decimal, ord(","): group}
    amounts = [f"{amount:,.3f}".translate(swap) for amount in lines["amount"]]
    return lines.assign(date=lines["date"].dt.strftime(day), amount=amounts)


def same(company, expected=EXPECTED):
    columns = list(expected.columns)
    found = company.transactions[columns].astype({"hour": "int64"})
    pd.testing.assert_frame_equal(found, expected.astype(found.dtypes.to_dict()))


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", "|"), ("gb18030", ",")],
)
@pytest.mark.parametrize(
    "style",
    [
        ("%Y-%m-%d %H:%M:%S", ".", ""),
        ("%d.%m.%Y %H:%M", ",", "."),
        ("%m/%d/%Y %I:%M %p", ".", ","),
        ("%d %b %Y %H:%M", ",", "\u00a0"),
        ("%Y年%m月%d日 %H:%M", ".", "'"),
    ],
)
def test_texts(tmp_path, encoding, delimiter, style):
    path = tmp_path / "orders.csv"
    lines = LINES
    if encoding == "gb18030":  # which has no way to write ü beside Chinese that looks Chinese
        lines = LINES.replace("Müller", "穆勒")
    text = written(lines, *style).to_csv(index=False, sep=delimiter)
    path.write_bytes(text.encode(encoding))
    same(
        load(path, returns="keep"),
        EXPECTED.replace("Müller", "穆勒") if encoding == "gb18030" else EXPECTED,
    )


def test_packed_json_parquet_and_workbooks(tmp_path):
    plain = written(LINES, "%Y-%m-%d %H:%M:%S", ".", "")
    for ending in (".csv.gz", ".csv.bz2", ".csv.xz"):
        plain.to_csv(tmp_path / f"orders{ending}", index=False)
        same(load(tmp_path / f"orders{ending}", returns="keep"))
    records = LINES.assign(date=plain["date"])
    records.to_json(tmp_path / "orders.jsonl", orient="records", lines=True, force_ascii=False)
    same(load(tmp_path / "orders.jsonl", returns="keep"))
    LINES.to_parquet(tmp_path / "orders.parquet")
    same(load(tmp_path / "orders.parquet", returns="keep"))
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    for row in [list(LINES.columns), *LINES.astype(object).to_numpy().tolist()]:
        book.active.append([getattr(cell, "to_pydatetime", lambda c=cell: c)() for cell in row])
    book.create_sheet("notes").append(["nothing of ours"])
    book.save(tmp_path / "orders.xlsx")
    same(load(f"{tmp_path / 'orders.xlsx'}#Orders", returns="keep"))


def test_a_folder_of_files_of_many_kinds(tmp_path):
    LINES.to_csv(tmp_path / "transactions.csv.gz", index=False)
    book = openpyxl.Workbook()
    for row in (["customer_id", "region"], ["007", "north"]):
        book.active.append(row)
    book.save(tmp_path / "profiles.xlsx")
    company = load(tmp_path)
    assert company.read == {"transactions": 4, "profiles": 1}
    (tmp_path / "transactions.jsonl").write_text("{}")
    with pytest.raises(InputError, match="for one table"):
        load(tmp_path)


def test_a_page_says_what_was_assumed(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes("Kunde;date;amount\nKöln;2026-10-31;1\n".encode("cp1252"))
    company = load(path, columns={"customer_id": "Kunde"})
    assert "read as Windows-1252, since it isn't UTF-8" in company.notes[0]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "C1", "31/10/2026", "2026-10-31 08:15", "1,5", "2.50", "x", '"']),
            min_size=2,
            max_size=4,
        )
    )
)
def test_garbage_is_accepted_rejected_set_aside_or_refused(tmp_path, lines):
    path = tmp_path / "orders.csv"
    text = io.StringIO()
    text.write("customer_id,date,amount\nC0,2026-10-30,1\n")
    text.writelines(",".join(line) + "\n" for line in lines)
    path.write_text(text.getvalue())
    try:
        company = load(path)
    except InputError as error:
        assert "\n" not in str(error)
        return
    counted = [company.transactions, company.rejected, company.set_aside]
    assert sum(map(len, counted)) == company.read["transactions"]
    if '"' not in text.getvalue():
        assert company.read["transactions"] == 1 + len(lines)
