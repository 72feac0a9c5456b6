"""What stands in no app."""

from tests.access.cells import Row, everybody

ROWS = [
    Row(url="health_live", get=everybody(200)),
    # the test machine's disk may be nearly full, so 503 is an answer too; who sees the reasons is tested in tests/ops
    Row(url="health_ready", get=everybody(200)),
]
