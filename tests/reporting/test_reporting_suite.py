import pytest

from crm_analysis.errors import InputError
from crm_analysis.reporting.suite import CHAPTERS, choose_chapters, present_chapters


def test_chapters_have_their_own_numbers_and_slugs_in_order():
    numbers = [chapter.number for chapter in CHAPTERS]
    assert numbers == sorted(set(numbers))
    assert len({chapter.slug for chapter in CHAPTERS}) == len(CHAPTERS)


def test_only_chapters_with_a_notebook_are_there(tmp_path):
    (tmp_path / "04_satisfaction.ipynb").touch()
    (tmp_path / "99_other.ipynb").touch()
    assert [chapter.slug for chapter in present_chapters(tmp_path)] == ["satisfaction"]


def test_a_folder_without_notebooks_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no notebook"):
        present_chapters(tmp_path)


@pytest.mark.parametrize("name", ["satisfaction", "04_satisfaction", "4", "04", "Satisfaction"])
def test_a_chapter_goes_by_slug_stem_and_number(name):
    assert [chapter.number for chapter in choose_chapters([name], CHAPTERS)] == [4]


def test_chapters_run_in_their_order_and_once():
    chosen = choose_chapters(["strategy", "customers", "01"], CHAPTERS)
    assert [chapter.number for chapter in chosen] == [1, 10]


def test_an_unknown_chapter_names_the_nearest():
    with pytest.raises(InputError, match=r"unknown chapter 'satisfction': did you mean 'satisf"):
        choose_chapters(["satisfction"], CHAPTERS)
