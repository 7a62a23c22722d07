"""A policy to try the commands on, and how they are called."""

from __future__ import annotations

from click.testing import CliRunner, Result

from smclassify.cli.app import cli

OWN = """\
[policy]
brand_names = ["Tarrowmere"]
confidential = ["Northgate contract"]

[[policy.rule]]
name = "refund-promise"
reason = "unsafe_claim"
languages = ["en"]
phrases = ["refund … within 24 hours"]
severity = "block"
message = { en = "This promises a refund.", fr = "Ceci promet un remboursement." }
suggestion = "Say five days."
good = ["Refunds take five days."]
bad = ["Your refund lands within 24 hours!"]
"""

REPLACING = """\
[[policy.rule]]
name = "engagement-exchange"
reason = "engagement_bait"
phrases = ["swap hearts"]
message = "We swap nothing."
"""


def policy(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["policy", *arguments])
