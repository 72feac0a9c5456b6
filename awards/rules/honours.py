"""Who enters honours and takes them back, who puts his own on the public roll, who gets a certificate, and who writes and publishes a story."""

from datetime import date

from awards.models import Honour, ModelStory
from awards.scope.rounds import RUNNERS
from awards.states import StoryState
from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

KEEPERS = "荣誉由本单位的书记、副书记和创先争优办公室登记。"
WRITERS = "典型事迹由本组织的委员会和创先争优办公室撰写。"
ROLL_READERS = "光荣榜的表格由支部委员会、党总支和创先争优办公室导出和打印。"


# ---- honours ----


def may_keep(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Enter what an organisation or its members were given by others: whoever keeps its roster."""
    return YES if standing_of(by, on).manages(organization.path) else stranger(KEEPERS)


def may_keep_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose honours he enters."""
    return YES if standing_of(by, on).managing_paths() else no(KEEPERS)


def is_somebody_elses(member: int | None, by: Viewer, on: date) -> Verdict:
    """Nobody enters or takes back his own."""
    partial = standing_of(by, on).is_partial_to(member)
    return no("涉及本人的荣誉由别人登记和修改。") if partial else YES


def may_change(honour: Honour, by: Viewer, on: date) -> Verdict:
    """Correct an honour, or take it back, while it stands: where it was given, else where it is kept."""
    place = honour.nomination.round.organization if honour.nomination else honour.organization
    return first_no(may_keep(place, by, on), is_somebody_elses(honour.member_id, by, on), stands(honour))


def may_show(honour: Honour, by: Viewer, on: date) -> Verdict:
    """Put it on the public roll or take it off: the person himself decides about his own."""
    own = standing_of(by, on).member
    if own is not None and honour.member_id == own.pk:
        return stands(honour)
    return first_no(may_change(honour, by, on), has_not_declined(honour))


def has_not_declined(honour: Honour) -> Verdict:
    """The person has not taken it off the public roll himself: nobody else puts it back."""
    if honour.declined_on is None:
        return YES
    return no("本人不同意列入公开的光荣榜，要恢复由本人办理。")


def stands(honour: Honour) -> Verdict:
    """It has not been revoked."""
    return YES if honour.revoked_on is None else no("这项荣誉已经撤销。")


def may_read_reason(honour: Honour, by: Viewer, on: date) -> Verdict:
    """Why it was revoked is for the person and for whoever reads the organisation's internal records."""
    standing = standing_of(by, on)
    is_own = standing.member is not None and standing.member.pk == honour.member_id
    return YES if is_own or standing.may_read(honour.path) else stranger("撤销的原因只给本人和党组织负责人看。")


def has_certificate(honour: Honour) -> Verdict:
    """We print certificates of our own rounds, and none of what was revoked."""
    if not honour.number:
        return no("这项荣誉由别的单位表彰，证书由表彰单位颁发。")
    return stands(honour)


def may_have_certificate(honour: Honour, by: Viewer, on: date) -> Verdict:
    """The person himself, and whoever reads the organisation's internal records."""
    standing = standing_of(by, on)
    is_own = standing.member is not None and standing.member.pk == honour.member_id
    if not (is_own or standing.may_read(honour.path)):
        return stranger("证书由本人和所在党组织的委员会打印。")
    return has_certificate(honour)


def may_take_roll(by: Viewer, on: date) -> Verdict:
    """The roll as a table is for committees and the office."""
    return YES if standing_of(by, on).reading_paths() else no(ROLL_READERS)


# ---- stories ----


def may_write(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Write a story of the organisation or of one of its members: its committee, those above it, the office."""
    return YES if standing_of(by, on).may_read(organization.path) else stranger(WRITERS)


def may_write_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose stories he writes."""
    return YES if standing_of(by, on).reading_paths() else no(WRITERS)


def may_work_on(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Handle a story in its organisation's name."""
    return may_write(story.organization, by, on)


def may_edit(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Change its words: only in draft."""
    if story.state != StoryState.DRAFT:
        return first_no(may_work_on(story, by, on), no("事迹已经发布或者撤下，要改先撤下，再重新起草。"))
    return may_work_on(story, by, on)


def may_ask(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Ask the person it is about: once for the same words."""
    if not (verdict := may_edit(story, by, on)):
        return verdict
    if story.member is None:
        return no("写党组织的事迹，不用征求个人同意。")
    if story.member.user_id is None:
        return no("本人没有账号，请当面征求意见，再登记同意的日期。")
    if story.agreed_on is not None:
        return no("本人已经同意公开。")
    return YES if story.asked_on is None else no("已经征求本人意见，正在等他答复。")


def may_note_consent(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Note on what day somebody without an account agreed; who has one says so himself."""
    if not (verdict := may_edit(story, by, on)):
        return verdict
    if story.member is None or story.member.user_id is not None:
        return no("本人有账号的，由本人登录后答复。")
    return no("本人同意的日期已经登记。") if story.agreed_on is not None else YES


def is_about(story: ModelStory, by: Viewer, on: date) -> bool:
    """Answer whether the story tells of the person himself."""
    member = standing_of(by, on).member
    return member is not None and story.member_id == member.pk


def may_answer(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Agree: only the person it is about, while it is a draft he has been asked about."""
    if not is_about(story, by, on):
        return stranger("是否公开由事迹的本人答复。")
    if story.state == StoryState.DRAFT and story.agreed_on is not None:
        return no("您已经同意公开。")
    if story.state != StoryState.DRAFT or story.asked_on is None:
        return no("现在没有要您答复的内容。")
    return YES


def may_decline(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Refuse, or take one's yes back: only the person it is about, before it is published; afterwards he takes it down."""
    if not is_about(story, by, on):
        return stranger("是否公开由事迹的本人答复。")
    if story.state == StoryState.DRAFT and (story.asked_on is not None or story.agreed_on is not None):
        return YES
    return no("现在没有要您答复的内容。")


def may_publish(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Publish: the organisation's leaders and the office, and those above; nobody publishes what is written about himself."""
    standing = standing_of(by, on)
    if not standing.holds(RUNNERS, story.path):
        return stranger("典型事迹由书记、副书记或者创先争优办公室发布。")
    if standing.is_partial_to(story.member_id):
        return no("写本人的典型事迹由别人发布。")
    return YES


def is_publishable(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """The person has agreed to it as it stands."""
    if story.member_id is not None and story.agreed_on is None:
        return no("本人还没有同意公开，不能发布。")
    return YES


def may_withdraw(story: ModelStory, by: Viewer, on: date) -> Verdict:
    """Take a published story down: whoever may publish it, and the person himself at any time."""
    return YES if is_about(story, by, on) else may_publish(story, by, on)
