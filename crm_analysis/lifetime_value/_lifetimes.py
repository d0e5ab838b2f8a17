"""The fitters of ``lifetimes``, imported without what that import does to everybody else.

The package silences every FutureWarning of the process and switches a pandas option off. Both
are put back here, so nothing else in the suite imports ``lifetimes`` itself.
"""

import warnings

import pandas as pd

__all__ = ["BetaGeoFitter", "GammaGammaFitter", "ModifiedBetaGeoFitter", "ParetoNBDFitter"]

_OPTION = "mode.chained_assignment"


def _import_quietly() -> tuple[type, ...]:
    with warnings.catch_warnings():
        # pandas 3 warns on the mere mention of the option that lifetimes sets.
        warnings.simplefilter("ignore")
        before = pd.get_option(_OPTION)
        import lifetimes

        pd.set_option(_OPTION, before)
    return tuple(getattr(lifetimes, name) for name in __all__)


BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter = _import_quietly()
