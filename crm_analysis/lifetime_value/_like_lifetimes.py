"""The methods by which people know the fitters of ``lifetimes``, computed our way."""

import numpy as np
import pandas as pd

from crm_analysis.errors import InputError
from crm_analysis.lifetime_value._histories import Histories

__all__ = ["LikeLifetimes", "as_given", "check_fit_options", "check_penalizer"]

# What lifetimes' fit takes besides, and ours doesn't need: it finds the maximum by itself.
_FIT_OPTIONS = {"index", "initial_params", "tol", "verbose"}


def check_penalizer(penalizer_coef: float) -> float:
    """Refuse a penalizer: it moves the fit away from the maximum, and the intervals with it."""
    if penalizer_coef != 0:
        raise InputError(
            f"penalizer_coef must be 0, got {penalizer_coef}: a penalizer biases the parameters; "
            "where the data don't tell a parameter, limit_ says what the model becomes"
        )
    return 0.0


def check_fit_options(options: dict) -> None:
    """Refuse arguments of ``fit`` that lifetimes doesn't know either."""
    unknown = sorted(set(options) - _FIT_OPTIONS)
    if unknown:
        raise TypeError(f"fit() got an unexpected keyword argument {unknown[0]!r}")


class LikeLifetimes:
    """lifetimes' method names on a model of purchases; finite where lifetimes' forms aren't."""

    def __init__(self, penalizer_coef: float = 0.0):
        super().__init__(penalizer_coef=check_penalizer(penalizer_coef))

    def conditional_probability_alive(self, frequency, recency, T):
        """Return the probability that a customer with this history is still there."""
        return self._alive(self._fitted(), _given(frequency, recency, T))

    def conditional_expected_number_of_purchases_up_to_time(self, t, frequency, recency, T):
        """Return the purchases that a customer with this history is expected to make in ``t``."""
        expected = self._expected(self._fitted(), _given(frequency, recency, T), t)
        return as_given(expected, t, frequency, recency, T)

    predict = conditional_expected_number_of_purchases_up_to_time

    def expected_number_of_purchases_up_to_time(self, t):
        """Return the repeat purchases that a new customer is expected to make in ``t``."""
        return as_given(self.expected_purchases_new(t), t)

    def conditional_probability_of_n_purchases_up_to_time(self, n, t, frequency, recency, T):
        """Return the chance that a customer with this history buys exactly ``n`` times in ``t``."""
        histories = _given(frequency, recency, T)
        point, rows = [self._fitted()], np.arange(len(histories.x))
        counts = np.broadcast_to(np.asarray(n, dtype=float), histories.x.shape)
        more = self._at_least(counts + 1, point, histories, t, rows)
        at_least = self._at_least(np.maximum(counts, 1), point, histories, t, rows)
        return as_given(np.where(counts > 0, at_least, 1.0) - more, n, frequency, recency, T)

    def probability_of_n_purchases_up_to_time(self, t, n):
        """Return the chance of exactly ``n`` repeat purchases of a new customer in time ``t``."""
        if np.ndim(t):
            each = [self.probability_of_n_purchases_up_to_time(time, n) for time in t]
            return as_given(np.array(each), t)
        new = np.zeros_like(n)
        return self.conditional_probability_of_n_purchases_up_to_time(n, t, new, new, new)

    def generate_new_data(self, size: int = 1, seed: int = 0) -> pd.DataFrame:
        """Draw new customers by the model, seen as long as those that it was fitted on.

        Parameters
        ----------
        size : how many, of whom each has the ``T`` of a customer of the fit.
        seed : the same seed gives the same customers.

        Returns
        -------
        frame : a row per customer: ``frequency``, ``recency``, ``T``, the customer's own rate
            (``lambda``) and chance or rate of leaving (``p`` or ``mu``), and ``alive``.

        Raises
        ------
        InputError : the model was loaded from a file, which holds no customers.
        """
        self._fitted()
        if not hasattr(self, "data"):
            name = type(self).__name__
            raise InputError(f"this {name} was loaded without its customers: fit it on them")
        rng = np.random.default_rng(seed)
        share = self.data["weights"] / self.data["weights"].sum()
        T = rng.choice(self.data["T"].to_numpy(dtype=float), size, p=share)
        return self._new_lives(rng, T).rename_axis("customer_id")


def as_given(values: np.ndarray, *given):
    """Return a number for numbers and a Series for Series, as lifetimes does."""
    series = [part for part in given if isinstance(part, pd.Series)]
    if series:
        return pd.Series(values, index=series[0].index)
    return np.asarray(values) if any(map(np.ndim, given)) else np.ravel(values)[0]


def _given(frequency, recency, T) -> Histories:
    parts = np.broadcast_arrays(*map(np.atleast_1d, (frequency, recency, T)))
    x, tx, age = (np.asarray(part, dtype=float) for part in parts)
    return Histories(x, tx, age, np.ones_like(x), np.arange(len(x)))
