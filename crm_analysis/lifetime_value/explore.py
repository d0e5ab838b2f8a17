"""Sliders for one customer's history and the company's economics (JupyterLab)."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from crm_analysis.charts import BLUE, ORANGE, blank
from crm_analysis.errors import InputError
from crm_analysis.findings import Finding
from crm_analysis.formats import money, percent
from crm_analysis.lifetime_value._purchase_model import PurchaseModel
from crm_analysis.lifetime_value.gamma_gamma import GammaGamma
from crm_analysis.lifetime_value.new_customers import new_customer_value
from crm_analysis.lifetime_value.value import customer_lifetime_value

__all__ = ["ValueExplorer"]

_MOST_PURCHASES = 60  # further right a slider would move in steps that nobody can hit
_POINTS = 60


class ValueExplorer:
    """A board of sliders: a customer's history on the left, the economics on the right.

    Parameters
    ----------
    purchases, spend : fitted models, in weeks.
    customers : ``T`` in weeks and ``monetary_value``, for the sliders' ranges.
    currency : ISO code.

    Raises
    ------
    InputError : ipywidgets isn't installed.

    Examples
    --------
    In JupyterLab, as the last line of a cell, it shows itself::

        ValueExplorer(purchases, spend, customers, "EUR")
    """

    def __init__(
        self,
        purchases: PurchaseModel,
        spend: GammaGamma,
        customers: pd.DataFrame,
        currency: str = "",
    ):
        self._models, self._currency = (purchases, spend), currency
        widgets = _widgets()
        age = max(int(np.ceil(customers["T"].max())), 2)
        paid = customers.loc[customers["monetary_value"] > 0, "monetary_value"]
        usual = float(paid.median()) if len(paid) else 1.0
        whole, part = widgets.IntSlider, widgets.FloatSlider
        self._history = {
            "repeat purchases": _slider(whole, "repeat purchases", 4, 0, _MOST_PURCHASES, 1),
            "age": _slider(whole, "first bought, weeks ago", age // 2, 1, age, 1),
            "silence": _slider(whole, "last bought, weeks ago", age // 8, 0, age, 1),
            "spend": _slider(part, "mean spend so far", usual, 0, 4 * usual, usual / 20),
        }
        self._economics = {
            "horizon": _slider(whole, "horizon, weeks", 52, 1, 260, 1),
            "discount_rate": _slider(part, "discount rate a year", 0.10, 0, 1, 0.01),
            "margin": _slider(part, "margin", 0.30, 0, 1, 0.01),
            "cost": _slider(part, "cost of winning one", 0, 0, 4 * usual, usual / 20),
        }
        sliders = self._history | self._economics
        inputs = {f"s{place}": slider for place, slider in enumerate(sliders.values())}
        shown = widgets.interactive_output(lambda **_: self._show(), inputs)
        columns = [widgets.VBox([*side.values()]) for side in (self._history, self._economics)]
        self.board = widgets.VBox([widgets.HBox(columns), shown])

    def set(self, **values: float) -> None:
        """Put sliders by name, such as ``repeat_purchases``, ``silence`` or ``margin``."""
        sliders = {name.replace(" ", "_"): slider for name, slider in self._sliders().items()}
        for name, value in values.items():
            sliders[name].value = value

    def _sliders(self) -> dict:
        return self._history | self._economics

    def customer(self) -> pd.DataFrame:
        """Return the history that the sliders describe, as one customer.

        A silence longer than the age is taken for the age, and without a repeat purchase the
        last purchase is the first.
        """
        x, age, silence, paid = (slider.value for slider in self._history.values())
        recency = max(age - silence, 0) if x else 0
        # Repeat purchases take time: none is possible on the first day.
        x = x if recency > 0 else 0
        row = {"frequency": x, "recency": float(recency), "T": float(age), "monetary_value": paid}
        return pd.DataFrame([row], index=["this customer"])

    def value(self) -> pd.DataFrame:
        """Return the customer's ``value``, ``low``, ``high``, ``alive`` and ``purchases``."""
        customer, (purchases, spend) = self.customer(), self._models
        horizon, rate, margin, _ = (slider.value for slider in self._economics.values())
        value = customer_lifetime_value(
            purchases, spend, customer, horizon, rate, margin, interval=0.9
        )
        alive = purchases.predict_alive(customer)["alive"]
        return value.assign(
            alive=alive, purchases=purchases.predict_purchases(customer, horizon)["purchases"]
        )

    def finding(self) -> Finding:
        """Say what the customer is worth, and whether winning one like the others pays."""
        row, (purchases, spend) = self.value().iloc[0], self._models
        horizon, rate, margin, cost = (slider.value for slider in self._economics.values())
        new = new_customer_value(purchases, spend, horizon, rate, margin)
        left = new.value - cost
        told = "leaves" if left >= 0 else "loses"
        return Finding(
            "this_customer",
            f"This customer is still there with {percent(row['alive'])}, is expected to buy "
            f"{row['purchases']:,.1f} times in {horizon} weeks and brings "
            f"{money(row['value'], self._currency)} ({money(row['low'], self._currency)} to "
            f"{money(row['high'], self._currency)}).",
            "likely",
            f"A new customer at {money(cost, self._currency)} {told} "
            f"{money(abs(left), self._currency)}.",
        )

    def figure(self) -> go.Figure:
        """Draw what silence does: P(alive) and value if the customer doesn't come for a while."""
        customer, (purchases, spend) = self.customer(), self._models
        horizon, rate, margin, _ = (slider.value for slider in self._economics.values())
        weeks = np.linspace(0, max(float(customer["T"].iloc[0]), 26.0), _POINTS)
        path = pd.concat([customer] * _POINTS, ignore_index=True)
        path["T"] = path["recency"] + weeks
        alive = purchases.predict_alive(path)["alive"]
        value = customer_lifetime_value(purchases, spend, path, horizon, rate, margin)["value"]
        now = float(customer["T"].iloc[0] - customer["recency"].iloc[0])
        half = np.interp(-0.5, -alive, weeks) if alive.iloc[-1] < 0.5 else None
        title = "P(alive) stays above 50 % as far as the figure goes"
        if half is not None:
            title = f"After {half:.0f} weeks of silence it is even whether the customer comes back"
        figure = blank(title, x="weeks since the last purchase", y="P(alive)", height=380)
        line = {"color": BLUE, "width": 2.5}
        figure.add_scatter(x=weeks, y=alive, mode="lines", line=line, name="P(alive)")
        line = {"color": ORANGE, "width": 2.5, "dash": "dot"}
        figure.add_scatter(x=weeks, y=value, line=line, name="value (right)", yaxis="y2")
        figure.add_vline(x=now, line_dash="dash", annotation_text="today")
        right = {"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False}
        figure.update_layout(yaxis2=right | {"title": f"value, {self._currency}".rstrip(", ")})
        return figure.update_layout(yaxis={"range": [0, 1.02]})

    def _show(self) -> None:
        from IPython.display import display

        from crm_analysis.show import say

        display(self.figure())
        display(say(self.finding()))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.board)


def _widgets():
    try:
        import ipywidgets
    except ImportError as error:
        raise InputError("the explorer needs ipywidgets: pip install ipywidgets") from error
    return ipywidgets


def _slider(kind, name: str, value: float, low: float, high: float, step: float):
    return kind(
        value=min(max(value, low), high),
        min=low,
        max=high,
        step=step,
        description=name,
        continuous_update=False,
        style={"description_width": "11rem"},
        layout={"width": "25rem"},
    )
