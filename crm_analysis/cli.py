"""The command ``crm-analysis``."""


def main() -> None:
    """Run the command."""
