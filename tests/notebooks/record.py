"""Keep the figures of a run for comparison: ``python -m tests.notebooks.record REPORTS``."""

import json
import sys
from pathlib import Path

from tests.notebooks.test_executed import RECORDED, RUNS, figures

if __name__ == "__main__":
    reports = Path(sys.argv[1])
    told = {name: figures(reports / folder) for name, folder in RUNS.items()}
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False)
    RECORDED.write_text(text + "\n", encoding="utf-8")
