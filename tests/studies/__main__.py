"""Run the slow studies, whose figures stand in README.md beside this file.

python -m tests.studies            every study
python -m tests.studies coverage   one of them
"""

import sys
from importlib import import_module
from pathlib import Path

STUDIES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def main(names: list[str]) -> None:
    unknown = sorted(set(names) - set(STUDIES))
    if unknown:
        sys.exit(f"unknown study {', '.join(unknown)}; there are: {', '.join(STUDIES)}")
    for name in names or STUDIES:
        import_module(f"tests.studies.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
