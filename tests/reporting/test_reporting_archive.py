import os

import pytest

from crm_analysis.reporting.archive import clean_up, open_run, read_runs, write_json

GONE = 2**22 + 1  # no process has this number: Linux ends at 2**22


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def publish(out, text, *, failed=False):
    with open_run(out, "shop", "2026-03-01") as run:
        (run.path / "index.html").write_text(text)
        return run.publish(failed=failed)


def test_a_run_is_moved_into_place_whole(tmp_path):
    target = publish(tmp_path, "one")
    assert target == tmp_path / "shop" / "2026-03-01"
    assert (target / "index.html").read_text() == "one"
    assert names(tmp_path / "shop") == ["2026-03-01"]


def test_a_later_run_replaces_an_earlier_one(tmp_path):
    publish(tmp_path, "one")
    assert (publish(tmp_path, "two") / "index.html").read_text() == "two"
    assert names(tmp_path / "shop") == ["2026-03-01"]


def test_a_failed_run_never_replaces_a_good_one(tmp_path):
    good = publish(tmp_path, "good")
    bad = publish(tmp_path, "bad", failed=True)
    assert (good / "index.html").read_text() == "good"
    assert bad.name == "2026-03-01.failed"


def test_a_good_run_clears_the_failed_one_away(tmp_path):
    bad = publish(tmp_path, "bad", failed=True)
    publish(tmp_path, "good")
    assert not bad.exists()


def test_a_run_that_is_broken_off_leaves_nothing(tmp_path):
    out = tmp_path / "reports"
    with pytest.raises(KeyboardInterrupt), open_run(out, "shop", "2026-03-01"):
        raise KeyboardInterrupt
    assert not out.exists()


def test_leftovers_of_killed_runs_are_cleared_and_of_living_ones_not(tmp_path):
    stale = tmp_path / "shop" / f".2026-03-01.{GONE}.part"
    living = tmp_path / "shop" / f".2026-03-01.{os.getpid()}.part"
    for folder in (stale, living):
        folder.mkdir(parents=True)
    clean_up(tmp_path)
    assert not stale.exists()
    assert living.exists()


def test_a_run_that_was_killed_between_two_moves_is_restored(tmp_path):
    target = publish(tmp_path, "one")
    target.rename(target.with_name(".2026-03-01.old"))
    clean_up(tmp_path)
    assert (target / "index.html").read_text() == "one"


def test_runs_are_read_and_unreadable_ones_passed_over(tmp_path):
    for name in ("2026-03-01", "2026-04-01", ".2026-05-01.7.part"):
        (tmp_path / "shop" / name).mkdir(parents=True)
        write_json(tmp_path / "shop" / name / "run.json", {"name": name})
    (tmp_path / "shop" / "2026-04-01" / "run.json").write_text("{")
    assert [run["folder"] for run in read_runs(tmp_path)] == ["shop/2026-03-01"]
