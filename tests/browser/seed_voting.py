"""Announces a round with two subjects and prints its number and codes as JSON: `python -m tests.browser.seed_voting SIZE`."""

import json
import sys

import django

django.setup()

from tests.reviews.voting import vote  # noqa: E402


def main() -> None:
    """Make a round with so many codes."""
    made = vote(int(sys.argv[1]), subjects=2, invitation="请结合平时的工作，实事求是地评。")
    sys.stdout.write(json.dumps({"pk": made.round.pk, "codes": made.codes}))


main()
