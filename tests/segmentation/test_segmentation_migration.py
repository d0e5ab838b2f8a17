import numpy as np
import pandas as pd
import pytest

from crm_analysis.customers import wilson
from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.segmentation import learn_scheme, mailing_value, migration
from crm_analysis.segmentation.charts import migration_flow, migration_map

RECENCIES = ["1", "2", "3", "4", "former"]


def chain(*buys):
    """Return the matrix of a customer who buys with these chances by periods since the last."""
    names = [*(str(k + 1) for k in range(len(buys))), "former"]
    matrix = pd.DataFrame(0.0, names, names)
    for place, chance in enumerate(buys):
        matrix.iloc[place, 0] = chance
        matrix.iloc[place, place + 1] = 1 - chance
    matrix.iloc[-1, -1] = 1.0
    return matrix


def bought(*rows):
    lines = pd.DataFrame(rows, columns=["customer_id", "date"])
    return lines.assign(date=pd.to_datetime(lines["date"]), amount=10.0)


FOUR = bought(
    ("Ann", "2025-01-10"),
    ("Ann", "2025-05-10"),
    ("Ann", "2025-08-01"),
    ("Bo", "2025-02-10"),
    ("Cem", "2025-03-31"),
    ("Cem", "2025-09-30"),
    ("Dee", "2025-07-01"),
)


def test_values_are_those_of_pfeifer_and_carraway():
    # Pfeifer, Carraway (2000): margin 40, mailing cost 4, discount rate .2 per period
    found = mailing_value(chain(0.3, 0.2, 0.15, 0.05), 40, 4, 0.2)
    everybody = found.table["value_if_all_mailed"]
    assert everybody.tolist() == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=5e-4)
    assert found.mail_until == "3"
    assert found.table["value"].tolist() == pytest.approx([53.149, 6.621, 2.644, 0, 0], abs=5e-4)
    assert found.table["mailed"].tolist() == [True, True, True, False, False]


def test_the_same_values_come_from_purchases():
    # By years since the first purchase: who buys again in the last year, and who never does.
    # Of 100 who just bought 30 buy again, of 60 a year later 12, of 40 then 6, of 20 then 1.
    again, never = {1: 30, 2: 12, 3: 6, 4: 1}, {1: 10, 2: 8, 3: 14, 4: 19}
    rows = [
        (f"{ago} {buys} {k}", f"{year}-06-01")
        for buys, groups in ((True, again), (False, never))
        for ago, n in groups.items()
        for k in range(n)
        for year in ([2025 - ago, 2025] if buys else [2025 - ago])
    ]
    moves = migration(bought(*rows), period="YE", as_of="2025-12-31")
    assert moves.matrix["this year"].tolist() == pytest.approx([0.3, 0.2, 0.15, 0.05])
    found = moves.value(margin=40, cost=4, discount_rate=0.2)
    values = found.table["value"].tolist()
    assert values == pytest.approx([53.149, 6.621, 2.644, 0, 0], abs=5e-4)
    everybody = found.table["value_if_all_mailed"].tolist()
    assert everybody == pytest.approx([52.320, 5.554, 1.251, -1.820, 0], abs=5e-4)
    assert found.mail_until == "2 years ago"


def test_the_value_is_the_mean_of_customers_who_are_played_through():
    # an independent way: follow 40,000 customers period by period
    chances, rng = np.array([0.3, 0.2, 0.15, 0.0]), np.random.default_rng(5)
    state, worth = np.zeros(40_000, dtype=int), np.zeros(40_000)
    buys = np.ones(40_000, dtype=bool)
    for period in range(60):
        alive = state < 3
        worth += (40.0 * buys - 4.0 * alive) / 1.2**period
        buys = alive & (rng.random(len(state)) < chances[state])
        state = np.where(buys, 0, np.minimum(state + 1, 3))
    assert worth.mean() == pytest.approx(53.149, abs=0.6)


def test_dear_mailing_stops_earlier_and_free_mailing_never():
    matrix = chain(0.3, 0.2, 0.15, 0.05)
    untils = [mailing_value(matrix, 40, cost, 0.2).mail_until for cost in (0, 4, 8, 60)]
    assert untils == ["4", "3", "1", ""]


def test_nobody_mailed_leaves_the_purchase_just_made():
    assert mailing_value(chain(0.3, 0.2), 40, 60, 0.2).table["value"].tolist() == [40, 0, 0]


def test_the_intervals_hold_the_truth_and_narrow_with_more_customers():
    matrix = chain(0.3, 0.2, 0.15, 0.05)
    widths = []
    for n in (50, 5_000):
        table = mailing_value(matrix, 40, 4, 0.2, counts=matrix * n).table
        assert table["value_low"].iloc[0] < 53.149 < table["value_high"].iloc[0]
        widths.append((table["value_high"] - table["value_low"]).iloc[0])
    assert widths[1] < widths[0] / 5


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda m: m.drop(index="2"), InsufficientData, "0 customers who were seen to leave '2'"),
        (lambda m: m * 2, InputError, "shares that add up to 1"),
        (lambda m: m.iloc[:, :1], InputError, "moves between the same states"),
    ],
)
def test_a_matrix_that_is_none(change, error, message):
    with pytest.raises(error, match=message):
        mailing_value(change(chain(0.3, 0.2)), 40, 4, 0.2)
    with pytest.raises(InputError, match="cost must be finite and at least 0, got -4"):
        mailing_value(chain(0.3), 40, -4, 0.2)


def test_moves_of_four_customers_by_hand():
    moves = migration(FOUR, "QE", as_of="2025-11-15")
    assert [f"{end:%m-%d}" for end in moves.ends] == ["03-31", "06-30", "09-30"]
    assert moves.counts.loc["this quarter", "this quarter"] == 2  # Ann, twice
    assert moves.counts.loc["this quarter", "1 quarter ago"] == 2  # Bo and Cem by June
    assert moves.counts.loc["1 quarter ago", "this quarter"] == 1  # Cem in September
    assert moves.counts.loc["1 quarter ago", "2 quarters ago"] == 1  # Bo
    assert moves.counts.to_numpy().sum() == 6  # Dee wasn't a customer before
    assert moves.latest.to_numpy().sum() == 3
    assert moves.spend == 10.0
    assert list(moves.matrix.index) == ["this quarter", "1 quarter ago"]
    assert moves.stayed == pytest.approx(2 / 6)


def test_shares_have_wilson_s_intervals():
    moves = migration(FOUR, "QE", as_of="2025-09-30", confidence=0.8)
    share = wilson(2, 4, 0.8)
    here = ("this quarter", "this quarter")
    found = [part.loc[here] for part in (moves.matrix, moves.low, moves.high)]
    assert found == pytest.approx([share.value, share.low, share.high])
    assert moves.matrix.sum(axis=1).tolist() == pytest.approx([1, 1])


def test_a_simulated_chain_is_recovered():
    rng, chances = np.random.default_rng(1), np.array([0.5, 0.3, 0.2, 0.1, 0.05])
    ends = pd.date_range("2020-01-31", periods=36, freq="ME")
    state, rows = np.zeros(600, dtype=int), []
    for end in ends:
        buys = (rng.random(600) < chances[state]) | (end == ends[0])
        rows.append(pd.DataFrame({"customer_id": np.flatnonzero(buys), "date": end, "amount": 1.0}))
        state = np.where(buys, 0, np.minimum(state + 1, 4))
    moves = migration(pd.concat(rows), "ME", confidence=0.99)
    low, high = moves.low["this month"], moves.high["this month"]
    assert (low.to_numpy() < chances).all() and (chances < high.to_numpy()).all()


@pytest.mark.parametrize("scheme", ["pyramid", "rfm"])
def test_other_schemes_place_every_customer_at_every_end(scheme):
    moves = migration(FOUR, "QE", scheme, as_of="2025-09-30")
    assert moves.counts.to_numpy().sum() == 6
    assert moves.matrix.notna().all(axis=None)
    with pytest.raises(
        InputError, match=f"needs the scheme 'recency', these are moves by {scheme}"
    ):
        moves.value(3, 1, 0.1)


def test_groups_of_one_s_own():
    moves = migration(FOUR, "QE", lambda table: table["orders"].clip(upper=2).map(str))
    assert moves.counts.loc["1", "2"] == 2 and moves.scheme == "groups of your own"


def test_value_takes_the_discount_rate_per_year():
    lines = bought(
        *((k, f"{year}-06-01") for k in range(40) for year in range(2010 + k % 5, 2020, k % 4 + 1))
    )
    yearly = migration(lines, "YE", as_of="2019-12-31")
    direct = mailing_value(yearly.matrix, 30, 2, 0.2, counts=yearly.counts)
    pd.testing.assert_frame_equal(yearly.value(30, 2, 0.2).table, direct.table)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((float("inf"), 1, 0.1), "margin must be finite and at least 0, got inf"),
        ((3, float("nan"), 0.1), "cost must be finite and at least 0, got nan"),
        ((3, 1, -0.5), "discount_rate must be at least 0, got -0.5"),
        ((3, 1, -2), "discount_rate must be at least 0, got -2"),
    ],
)
def test_numbers_that_have_no_value(numbers, message):
    moves = migration(bought(("Ann", "2024-06-01"), ("Ann", "2026-06-01")), "YE")
    with pytest.raises(InputError, match=message):
        moves.value(*numbers)


def test_records_too_short_and_names_unknown():
    with pytest.raises(InsufficientData, match="needs two year ends, or a shorter period; there"):
        migration(FOUR, "YE", as_of="2025-03-31")
    with pytest.raises(InsufficientData, match="there are 0 purchases"):
        migration(FOUR.iloc[:0])
    with pytest.raises(ValueError, match="dates of type str: convert them by"):
        migration(FOUR.assign(date=FOUR["date"].astype("str")))
    with pytest.raises(InsufficientData, match="1 year end in the records"):
        migration(FOUR, "YE", as_of="2025-12-31")
    with pytest.raises(InputError, match="unknown period 'Q'"):
        migration(FOUR, "Q")
    with pytest.raises(InputError, match="'pyramids': did you mean 'pyramid'"):
        migration(FOUR, "QE", "pyramids")
    with pytest.raises(InputError, match="unknown scheme"):
        learn_scheme("abc", pd.DataFrame())
    with pytest.raises(InsufficientData, match="0 customers who were seen to leave"):
        migration(FOUR, "QE", as_of="2025-09-30").value(3, 1, 0.1)


def test_the_transactions_stay_as_they_are():
    before = FOUR.copy(deep=True)
    migration(FOUR, "ME", "pyramid")
    pd.testing.assert_frame_equal(FOUR, before)


def test_the_flow_holds_every_move_of_the_last_period():
    moves = migration(FOUR, "QE", as_of="2025-09-30")
    link = migration_flow(moves).data[0].link
    assert sum(link.value) == 3  # nobody stayed in the lowest group, who wouldn't be drawn
    assert migration_flow(moves).layout.title.text == (
        "In the last whole quarter 33 % of customers moved up, 33 % down"
    )
    assert np.shape(migration_map(moves).data[0].z) == moves.matrix.shape
