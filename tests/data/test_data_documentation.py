from pathlib import Path

import pytest

from crm_analysis.data import load
from crm_analysis.data.documentation import readme, write_documentation
from crm_analysis.data.tables import TABLES
from crm_analysis.errors import InputError

DATA = Path(__file__).parents[2] / "data"


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_pages_in_the_repository_are_up_to_date(tmp_path):
    write_documentation(tmp_path)
    stored = {name: text for name, text in files(DATA).items() if not name.startswith("dairy/")}
    assert stored == files(tmp_path), "run python -m crm_analysis.data.documentation"


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_the_readme_names_every_column(table):
    section = readme().split(f"### {table.name}\n")[1].split("\n###")[0]
    for column in table.columns:
        assert f"| {column.name} |" in section


@pytest.mark.parametrize("name", TABLES)
def test_a_template_loads_once_it_has_rows(name):
    with pytest.raises(InputError, match="has a header but no rows"):
        load({name: DATA / "templates" / f"{name}.csv"}, as_of="2026-10-31")
