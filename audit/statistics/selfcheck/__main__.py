"""`python -m chartered.audit.statistics.selfcheck`."""

from chartered.audit.statistics.selfcheck.study import main

raise SystemExit(main())
