"""What a kernel of a run starts with: ``python -m crm_analysis.reporting.kernel -f FILE``.

As ``ipykernel_launcher``, but without the grammar that jsonschema compiles for a second when it's
imported, wherever jupyterlab has brought ``rfc3987_syntax`` along. It only serves to check
addresses in schemas, and plotly imports it (by nbformat) with the first figure.
"""

import sys

__all__ = ["leave_grammar_out", "main"]


def leave_grammar_out() -> None:
    """Keep ``rfc3987_syntax`` from being imported; jsonschema does without it.

    Leaves it alone where something has imported it already.
    """
    sys.modules.setdefault("rfc3987_syntax", None)


def main() -> None:
    """Start the kernel."""
    leave_grammar_out()
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
