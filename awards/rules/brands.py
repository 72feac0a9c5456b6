"""党建品牌: who writes it, who publishes it, and what it must hold by then."""

from datetime import date

from awards.models import PartyBrand
from awards.queries.brands import places_for
from awards.scope.posts import keeps_brand_of
from awards.states import BrandState
from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

KEEPERS = "党建品牌由本组织的委员会或者创先争优办公室填写。"


def may_keep(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Write an organisation's brands: its committee, and the office."""
    if keeps_brand_of(standing_of(by, on), organization.pk, organization.path):
        return YES
    return stranger(KEEPERS)


def may_keep_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose brands he writes."""
    return YES if places_for(standing_of(by, on), on).exists() else no(KEEPERS)


def may_publish(brand: PartyBrand, by: Viewer, on: date) -> Verdict:
    """Publish, take back and retire: the leaders of the organisation, those above it, and the office."""
    me = standing_of(by, on)
    if me.leads(brand.path) or me.administers(brand.path):
        return YES
    return stranger("党建品牌由本组织或者上级组织的书记、副书记，或者创先争优办公室发布。")


def may_edit(brand: PartyBrand, by: Viewer, on: date) -> Verdict:
    """Change its words: a draft whoever keeps it, what is published only those who publish."""
    if brand.state == BrandState.RETIRED:
        return first_no(may_keep(brand.organization, by, on), no("品牌已经停用，要改请先恢复使用。"))
    if brand.state == BrandState.PUBLISHED:
        return first_no(may_keep(brand.organization, by, on), _publishes_too(brand, by, on))
    return may_keep(brand.organization, by, on)


def is_complete(brand: PartyBrand, by: Viewer, on: date) -> Verdict:
    """There is something to read: what was done, and by which carriers."""
    missing = [] if brand.measures.strip() else ["“主要做法”"]
    if not brand.carriers.exists():
        missing.append("活动载体")
    return no(f"发布以前还缺{'和'.join(missing)}。") if missing else YES


def may_follow(brand: PartyBrand, by: Viewer, on: date) -> Verdict:
    """Read its course: those to whom the organisation's internal records are open."""
    if standing_of(by, on).may_read(brand.path):
        return YES
    return stranger("办理经过由有关党组织查看。")


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """The ledger is for committees and the office."""
    return YES if standing_of(by, on).reading_paths() else no("品牌台账由支部委员会、党总支和创先争优办公室查看。")


def _publishes_too(brand: PartyBrand, by: Viewer, on: date) -> Verdict:
    return YES if may_publish(brand, by, on) else no("品牌已经发布，由书记、副书记或者创先争优办公室修改。")
