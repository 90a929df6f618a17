"""The calibration study of the audit: `python benchmarks/calibration.py --repeats 1000`; see `docs/calibration.md`."""

from chartered.audit.statistics.selfcheck.study import main

if __name__ == "__main__":
    raise SystemExit(main())
