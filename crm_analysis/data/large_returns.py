"""Returns in transactions beyond memory: settled for some customers at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from crm_analysis.data.aside import stacked
from crm_analysis.data.returns import CANCELLED, SCALED, WORDS, settle_returns
from crm_analysis.data.tables import TABLES
from crm_analysis.data.typed import LINE
from crm_analysis.data.typed_door import typed_frame

__all__ = ["SettledLarge", "settle_large"]

_RETURNED, _NEW = "__returned", "__new_"
# Lines of customers with returns that are in memory at a time.
_PART = 1_000_000


@dataclass(frozen=True)
class SettledLarge:
    """What the policy on returns changes.

    Parameters
    ----------
    set_aside, returns : as of ``Settled``.
    gone : lines that aren't among the transactions any more.
    lowered : the amounts, quantities and costs of purchases that came back in part; by line.
    """

    set_aside: pd.DataFrame
    returns: pd.DataFrame
    gone: pd.Index
    lowered: pd.DataFrame

    def applied(self, seen: ir.Table) -> ir.Table:
        """Return the transactions in the order of their lines, settled."""
        if not len(self.gone) + len(self.lowered):
            return seen
        gone = ibis.memtable(pd.DataFrame({LINE: self.gone.to_numpy("int64")}))
        left = seen.anti_join(gone, LINE)
        scaled = [name for name in self.lowered.columns if name in SCALED]
        new = self.lowered[scaled].add_prefix(_NEW).assign(__is=True)
        new = ibis.memtable(new.rename_axis(LINE).reset_index())
        joined = left.left_join(new, LINE)
        values = {
            n: ibis.ifelse(joined["__is"].notnull(), joined[f"{_NEW}{n}"], joined[n])  # noqa: PD004
            for n in scaled
        }
        return joined.mutate(**values).select(seen.columns).order_by(LINE)


def settle_large(seen: ir.Table, policy: str, *, file: str) -> SettledLarge:
    """Apply the policy on returns as ``settle_returns`` does, part by part.

    A return belongs to a purchase of the same customer, so that customers can be taken apart.

    Parameters
    ----------
    seen : typed transactions, with ``__line``.
    policy, file : see ``settle_returns``.
    """
    set_aside, returns, gone, lowered = [], [], [], []
    for frame, returned in () if policy == "keep" else _parts(seen, policy):
        settled = settle_returns(frame, policy, file=file, returned=returned)
        kept = settled.transactions
        set_aside.append(settled.set_aside)
        returns.append(settled.returns)
        gone.append(frame.index.difference(kept.index))
        lowered.append(_changed(frame, kept))
    return SettledLarge(
        stacked(set_aside),
        pd.concat(returns) if returns else pd.DataFrame(),
        pd.Index(np.concatenate(gone) if gone else [], dtype="int64"),
        pd.concat(lowered) if lowered else pd.DataFrame(),
    )


def _parts(seen: ir.Table, policy: str) -> Iterator[tuple[pd.DataFrame, pd.Series]]:
    """Give the lines of customers who returned something, and which of them are returns."""
    marked = seen.mutate(**{_RETURNED: _is_return(seen)})
    returned = marked.filter(marked[_RETURNED])
    lines = returned if policy == "drop" else marked.semi_join(returned, "customer_id")
    parts = -(-int(lines.count().execute()) // _PART)
    for part in range(parts):
        own = lines.filter(lines.customer_id.hash().abs() % parts == part)
        fetched = own.order_by(LINE).to_pyarrow().to_pandas(date_as_object=False)
        is_return = fetched.pop(_RETURNED)
        frame = typed_frame(fetched, TABLES["transactions"])
        yield frame, is_return.set_axis(frame.index)


def _is_return(seen: ir.Table) -> ir.BooleanValue:
    """Tell which lines are returns, as ``is_return`` does."""
    found = seen.amount < 0
    if "quantity" in seen.columns:
        found |= (seen.quantity < 0).fill_null(False)
    if "kind" in seen.columns:
        found |= seen.kind.re_search(f"(?i){WORDS}").fill_null(False)
    if "order_id" in seen.columns:
        is_number = seen.order_id.re_search("^[0-9]+$").fill_null(False)
        if seen.aggregate(share=is_number.mean()).to_pandas()["share"].iloc[0] > 0.5:
            cancelled = seen.order_id.re_search(f"^(?:{CANCELLED.pattern})$")
            found |= cancelled.fill_null(False)
    return found


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    scaled = [name for name in SCALED if name in after]
    before = before.loc[after.index, scaled]
    return after.loc[(before.fillna(0) != after[scaled].fillna(0)).any(axis=1), scaled]
