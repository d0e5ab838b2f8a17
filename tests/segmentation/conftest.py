from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

ORDERS = Path(__file__).parents[2].parent / "shared" / "data" / "rfm_orders.csv"


@pytest.fixture(scope="module")
def published():
    """Customers of the R package rfm's data rfm_data_orders, seen on 2006-12-31."""
    if not ORDERS.exists():
        pytest.skip(f"the published orders aren't at {ORDERS}")
    orders = pd.read_csv(ORDERS, parse_dates=["order_date"])
    by_customer = orders.groupby("customer_id")
    first, last = by_customer["order_date"].min(), by_customer["order_date"].max()
    return pd.DataFrame(
        {
            "recency": (last - first).dt.days,
            "T": (pd.Timestamp("2006-12-31") - first).dt.days,
            "orders": by_customer.size(),
            "revenue": by_customer["revenue"].sum(),
        }
    )


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Let numerical libraries that are loaded already use one thread too."""
    with threadpool_limits(1):
        yield
