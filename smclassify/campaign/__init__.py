"""What is wrong with a set of drafts together, whatever each of them is alone.

The same text over and over, one template with other words in it, too many links and offers,
too much about oneself, long silences: none of it shows in one draft.
"""

from smclassify.campaign.check import CampaignCheck, SetRemark

__all__ = ["CampaignCheck", "SetRemark"]
