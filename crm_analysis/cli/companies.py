"""``crm-analysis companies``: what can be tried at once."""

import typer

from crm_analysis.cli.application import app, plainly


@app.command()
@plainly
def companies() -> None:
    """List the companies that come with the package, and what each holds."""
    from crm_analysis.data import COMPANIES
    from crm_analysis.data.builtin import holding

    for name, company in COMPANIES.items():
        typer.echo(f"{name}\n    {company.title}. {company.sentence}")
        typer.echo(f"    Tables with their rows: {holding(company)}.")
        typer.echo(f"    {company.source}\n    Licence: {company.licence}")
