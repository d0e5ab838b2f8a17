"""``python -m crm_analysis`` is the command ``crm-analysis``."""

from crm_analysis.cli import main

if __name__ == "__main__":
    main()
