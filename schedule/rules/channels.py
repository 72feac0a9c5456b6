"""May I keep a group's robot, may I have one of its messages sent again?"""

from branches.models import Organization
from branches.scope import Standing
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import WebhookChannel, WebhookDelivery
from schedule.states.notices import RESENDABLE

KEEPERS = "群机器人由本党组织的书记、副书记和创先争优办公室设置。"


def may_keep_some(standing: Standing) -> Verdict:
    """Keep a group's robot somewhere."""
    return YES if standing.is_leader or standing.is_office else stranger(KEEPERS)


def may_keep_of(organization: Organization, standing: Standing) -> Verdict:
    """Keep the robots of this organisation's groups: its leaders, those above, and the office."""
    if standing.leads(organization.path) or standing.administers(organization.path):
        return YES
    return no(KEEPERS)


def may_keep(channel: WebhookChannel, standing: Standing) -> Verdict:
    """Change it, try it out."""
    return may_keep_of(channel.organization, standing)


def may_resend(delivery: WebhookDelivery, standing: Standing) -> Verdict:
    """Have a message that did not arrive sent again."""
    return first_no(may_keep(delivery.channel, standing), _is_dead(delivery))


def _is_dead(delivery: WebhookDelivery) -> Verdict:
    if delivery.state not in RESENDABLE:
        return no(f"这条群消息现在是“{delivery.get_state_display()}”，只有“发送失败”和“结果不明”的才能重发。")
    return YES
