"""Sliders for the limits of the life-cycle grid, which redraw it and its revenue (JupyterLab)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError, InsufficientData
from crm_analysis.findings import Finding
from crm_analysis.formats import count, money, percent
from crm_analysis.segmentation.life_cycle import STAGES, gap_limits, life_cycle_grid
from crm_analysis.segmentation.profile import segment_profile
from crm_analysis.segmentation.rfm import days_since_last

__all__ = ["GridExplorer"]

_ORDER_LIMITS = (1, 2, 4)
_MOST_ORDERS = 30  # further right a slider would move in steps that nobody can hit


class GridExplorer:
    """A board of sliders above the life-cycle grid; it keeps what was chosen.

    Parameters
    ----------
    customers : a row per customer, indexed by customer_id, with recency, T, orders, revenue and
        frequency.
    currency : ISO code of the revenue.

    Attributes
    ----------
    recency_limits : longest silence of active, silent and dormant customers as the sliders
        stand, sorted; at first those of ``gap_limits``, or, where too few came back, the
        quartiles of silence.
    order_limits : most orders of new, second-time and regular customers, sorted.

    Raises
    ------
    InsufficientData : there are no customers.
    InputError : ipywidgets isn't installed.

    Examples
    --------
    In JupyterLab, as the last line of a cell, it shows itself::

        GridExplorer(customers, "EUR")
    """

    def __init__(self, customers: pd.DataFrame, currency: str = ""):
        if customers.empty:
            raise InsufficientData("the explorer", "0 customers", "at least 1 customer")
        self._customers, self._currency = customers, currency
        silence = days_since_last(customers)
        limits = _first_limits(customers, silence)
        longest = int(np.ceil(max(silence.max(), limits[-1], 1)))
        widgets = _widgets()
        self._silence = [
            _slider(widgets, f"{stage} up to", limit, 0, longest, "days")
            for stage, limit in zip(STAGES, limits, strict=False)
        ]
        names = ("new up to", "second-time up to", "regular up to")
        self._orders = [
            _slider(widgets, name, limit, 1, _MOST_ORDERS, "orders")
            for name, limit in zip(names, _ORDER_LIMITS, strict=True)
        ]
        sliders = [*self._silence, *self._orders]
        shown = widgets.interactive_output(
            lambda **_: self._show(), {f"s{place}": slider for place, slider in enumerate(sliders)}
        )
        columns = [widgets.VBox(self._silence), widgets.VBox(self._orders)]
        self.board = widgets.VBox([widgets.HBox(columns), shown])

    @property
    def recency_limits(self) -> tuple[int, int, int]:
        """Longest silence of active, silent and dormant customers, in days."""
        return tuple(sorted(slider.value for slider in self._silence))

    @property
    def order_limits(self) -> tuple[int, int, int]:
        """Most orders of new, second-time and regular customers."""
        return tuple(sorted(slider.value for slider in self._orders))

    def set(
        self,
        recency_limits: Sequence[int] | None = None,
        order_limits: Sequence[int] | None = None,
    ) -> None:
        """Put the sliders where the limits say."""
        for sliders, limits in ((self._silence, recency_limits), (self._orders, order_limits)):
            if limits is not None:
                for slider, limit in zip(sliders, sorted(limits), strict=True):
                    slider.value = round(limit)

    def cells(self) -> pd.DataFrame:
        """Return each customer's stage and loyalty by the limits as the sliders stand."""
        return life_cycle_grid(self._customers, self.recency_limits, self.order_limits)

    def finding(self) -> Finding:
        """Say what these limits make of the customer base."""
        lost = self.cells()["stage"] == "lost"
        revenue = self._customers["revenue"][lost].sum()
        *_, longest = self.recency_limits
        return Finding(
            "lost_by_these_limits",
            f"Who has been silent for more than {count(longest)} days counts as lost: "
            f"{percent(lost.mean())} of customers, who brought "
            f"{money(revenue, self._currency)} so far.",
            "counted",
            "Choose limits by what would be done differently on either side, and keep them.",
        )

    def _show(self) -> None:
        from IPython.display import display

        from crm_analysis.segmentation.charts import life_cycle_map
        from crm_analysis.show import say

        display(life_cycle_map(segment_profile(self._customers, self.cells())))
        display(say(self.finding()))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.board)


def _first_limits(customers: pd.DataFrame, silence: pd.Series) -> Sequence[float]:
    try:
        return gap_limits(customers)
    except InsufficientData:
        return tuple(silence.quantile([0.25, 0.50, 0.75], interpolation="lower"))


def _widgets():
    try:
        import ipywidgets
    except ImportError as error:
        raise InputError("the explorer needs ipywidgets: pip install ipywidgets") from error
    return ipywidgets


def _slider(widgets, name: str, value: float, low: int, high: int, unit: str):
    return widgets.IntSlider(
        value=int(np.clip(round(value), low, high)),
        min=low,
        max=high,
        description=name,
        tooltip=unit,
        continuous_update=False,
        style={"description_width": "9rem"},
        layout={"width": "22rem"},
    )
