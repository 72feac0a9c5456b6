"""What commendation knows: rounds, nominations, public notices, honours, examples, and the summing up."""

from awards.models.honours import Honour, ModelStory, StoryPicture
from awards.models.nominations import DEEDS_MOST, AuditOpinion, Nomination, NominationFile, Override
from awards.models.notices import ENTRY_DEEDS_MOST, OBJECTION_MOST, NoticeEntry, Objection, PublicNotice
from awards.models.posts import ModelPost, PartyBrand, PostAssessment
from awards.models.rounds import WORKDAYS_LEAST, AwardCategory, AwardQuota, AwardRound, EligibilityRule
from awards.models.summaries import Summary, SummarySection

__all__ = [
    "DEEDS_MOST",
    "ENTRY_DEEDS_MOST",
    "OBJECTION_MOST",
    "WORKDAYS_LEAST",
    "AuditOpinion",
    "AwardCategory",
    "AwardQuota",
    "AwardRound",
    "EligibilityRule",
    "Honour",
    "ModelPost",
    "ModelStory",
    "Nomination",
    "NominationFile",
    "NoticeEntry",
    "Objection",
    "Override",
    "PartyBrand",
    "PostAssessment",
    "PublicNotice",
    "StoryPicture",
    "Summary",
    "SummarySection",
]
