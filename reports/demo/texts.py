"""What the invented members and branches pledge: texts with a yardstick, and the empty ones that get sent back."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promise:
    """One pledge item as a person would write it; ``{subject}`` is the writer's subject, ``{n}`` a figure, ``{m}`` last year's.

    ``{topic}`` is what he works on this year, ``{place}`` the school he looks after.
    """

    kind: str
    standard: str
    content: str
    measure: str
    baseline: str
    target: str
    due: tuple[int, int]
    figures: tuple[int, ...] = (0,)

    def filled(self, *, subject: str, topic: str, place: str, choice: int, year: int) -> dict[str, object]:
        """Return the fields of a pledge item, with the figure picked by ``choice``."""
        n = self.figures[choice % len(self.figures)]
        words = {"subject": subject, "topic": topic, "place": place, "n": n, "m": max(n - 4, 1)}
        return {
            "kind": self.kind,
            "standard_key": self.standard,
            "content": self.content.format(**words),
            "measure": self.measure.format(**words),
            "baseline": self.baseline.format(**words),
            "target": self.target.format(**words),
            "due_on": date(year, *self.due),
        }


MEMBER = [
    Promise("common", "lead_learning", "每两周参加一次支部学习，轮到主讲时讲“{topic}”并提前一周写好讲稿", "讲稿和笔记交宣传委员存档",
            "上一年缺席{m}次，未主讲", "全年缺席不超过2次，主讲{n}次", (12, 20), (1, 2)),
    Promise("common", "lead_learning", "结合{topic}研读教育规划纲要，写读书笔记在学习会上交流", "每月一篇，选读与{place}有关的部分",
            "上一年写过{m}篇", "全年{n}篇", (11, 30), (6, 8, 10)),
    Promise("common", "lead_learning", "精读一本{subject}教学论著，围绕{topic}给同组同事讲一次", "按章做批注，用{place}的课例说明",
            "尚未系统读过", "读完1本，讲{n}次", (6, 15), (1, 2)),
    Promise("post", "lead_achievement", "到{place}等校听评{subject}课，重点看{topic}，课后与任课教师面谈", "每周至少一个半天，填听课记录",
            "上一年听评{m}节", "全年不少于{n}节", (12, 10), (40, 48, 60)),
    Promise("post", "lead_achievement", "完成期末{subject}调研试卷命制，突出{topic}，细目表与试卷同时送审", "先到{place}摸底，再交叉审题两轮",
            "上一年有{m}处勘误", "勘误不超过{n}处", (6, 10), (1, 2)),
    Promise("post", "lead_achievement", "组织{subject}骨干教师就{topic}办评课沙龙，形成评课要点", "每次用{place}一节录像课，会后整理",
            "上一年办过{m}次", "全年{n}次，整理要点1份", (11, 15), (4, 5, 6)),
    Promise("post", "lead_achievement", "承担质量监控课题{subject}子项中{topic}部分，交出阶段报告", "到{place}采集、核对数据",
            "只有开题材料", "阶段报告1份，案例{n}个", (5, 31), (3, 4, 6)),
    Promise("practical", "lead_service", "定点联系{place}，就{topic}帮{subject}教研组备课、上示范课", "每月到校一次，带一节课",
            "上一年到校{m}次", "全年到校{n}次，示范课2节", (12, 15), (8, 9, 10)),
    Promise("practical", "lead_service", "结对指导{place}新入职{subject}教师，以{topic}为突破口上好公开课", "一人一案，每月听课两节",
            "结对{m}人", "结对{n}人，各上公开课1节", (6, 18), (2, 3)),
    Promise("practical", "lead_service", "{subject}教师提的问题三个工作日内答复，{topic}方面的公开答复", "教研网上设答疑栏，每周清理",
            "平均答复时间一周", "答复率100%，疑难问答{n}条", (10, 31), (12, 20, 24)),
    Promise("common", "lead_discipline", "命题、评审回避利害关系，经手经费逐笔公开", "每季度在组内报账一次",
            "上一年公开{m}次", "全年公开{n}次", (12, 20), (4,)),
    Promise("common", "lead_discipline", "不接受学校和教师的礼品宴请，不参与有偿补课", "随身带廉洁提示卡，接受监督",
            "无违规记录", "投诉0件，组内述廉{n}次", (12, 25), (1, 2)),
    Promise("common", "lead_integrity", "在组内带头开展一次批评与自我批评，会后改正列出的问题", "会前听取{place}教师意见，会后列单",
            "列出的问题未销号", "列出问题{n}条，全部销号", (7, 15), (2, 3)),
    Promise("adhoc", "lead_integrity", "迎接建党九十周年，为同事讲一个{place}党员的故事", "走访一位老党员，写成文稿",
            "未做过", "宣讲{n}场，文稿1篇", (6, 25), (1, 2)),
]  # fmt: skip

RETIRED = [
    Promise("common", "lead_learning", "坚持读报学文件，参加离退休支部学习会", "每月一次，带一条心得",
            "上一年参加{m}次", "全年参加{n}次", (12, 15), (8, 10)),
    Promise("practical", "lead_service", "为青年教研员审读书稿或教案，提出书面意见", "每份写满一页意见",
            "上一年审读{m}份", "全年审读{n}份", (11, 30), (3, 4)),
]  # fmt: skip

BRANCH = [
    Promise("common", "good_leadership", "支委会每月研究一次教研服务工作，议定事项逐条督办", "会议记录列清责任人和时限",
            "上一年开会{m}次", "全年{n}次，议定事项办结率95%以上", (12, 20), (10, 12)),
    Promise("common", "good_membership", "党员人人轮流主讲，学习会每两周一次", "学期初排出轮值表，缺席补课",
            "上一年学习{m}次", "全年{n}次，出勤率90%以上", (12, 20), (18, 20)),
    Promise("common", "good_mechanism", "建立党员承诺践诺台账，每季度在公开栏公示一次进展", "台账由组织委员负责，系统导出",
            "没有台账", "全年公示{n}次", (12, 31), (4,)),
    Promise("post", "good_performance", "完成学科教学质量调研并向学校反馈，报告附改进建议", "分学科成文，到校反馈",
            "上一年反馈{m}所学校", "反馈学校{n}所", (6, 15), (12, 15, 18)),
    Promise("practical", "good_performance", "组织送教下乡，服务农村学校教师", "每学期两次，附教师评价表",
            "上一年送教{m}次", "全年{n}次，参与教师200人次以上", (11, 30), (4, 6)),
    Promise("practical", "good_reputation", "向基层学校征求意见，逐条答复并公开", "发放意见表，六月和十二月各一次",
            "上一年征求意见{m}条", "答复率100%，公开{n}次", (6, 30), (2,)),
]  # fmt: skip

GENERAL = [
    Promise("common", "good_leadership", "总支委员会成员每人联系一个支部，每学期到支部参加学习两次", "联系点名单公开",
            "联系点未落实到人", "到支部学习{n}人次", (12, 31), (20,)),
    Promise("common", "good_mechanism", "健全考核评价激励机制和学习型党组织建设机制", "征求意见后提交党员大会讨论",
            "制度2项待修订", "修订并公布制度{n}项", (5, 31), (2,)),
    Promise("post", "good_performance", "完成“区域义务教育质量监控的研究”年度任务", "三个子项分工到支部",
            "完成开题", "阶段报告1份，研究课{n}节", (12, 10), (18,)),
    Promise("practical", "good_reputation", "就教研服务听取各校意见，向全市学校公布整改结果", "问卷与座谈结合",
            "上一年座谈{m}次", "座谈{n}次，公布整改结果1次", (6, 25), (6,)),
]  # fmt: skip

EMPTY = [
    ("努力提高教学质量，争创一流业绩", "加强学习，扎实工作"),
    ("认真履行职责，进一步提升服务水平", "不断努力，严格要求自己"),
    ("发挥党员先锋模范作用", "以身作则，带头做好各项工作"),
]

RETURN_OPINIONS = [
    "“努力提高”无法检查。请写明听评课多少节、到哪些学校、什么时候完成。",
    "没有现状和目标，年底没法对照。请补上去年的数字和今年要达到的数字。",
    "这一条是本职要求，群众看不出变化。请写一件具体的实事和完成时间。",
]

APPROVE_OPINIONS = [
    "目标明确，可以检查，同意。",
    "同意，请注意按月留下记录。",
    "同意，实事这一条请与联系学校商定时间。",
    "",
]

ENTRIES = [
    "本月到{place}听课{n}节，与任课教师逐节面谈，记录已交。",
    "在支部学习会上主讲一次，讨论记录存宣传委员处。",
    "与{place}教研组共同备课一次，上示范课1节。",
    "整理教师提问{n}条并公开答复。",
    "完成初稿，已送同组审读。",
    "参加送教活动，指导青年教师{n}人。",
]

PLACES = ["城东实验学校", "河畔中学", "北郊小学", "运河职校", "新桥中心小学", "西林高级中学"]

EXCUSES = "联系学校上半年校舍加固停课，示范课改在下半年补上，已与学校书面约定。"
SHORTFALL = "到校次数只完成七成，主要是自己安排不紧，下一年列入月计划。"
TOPICS = [
    "作业设计",
    "课堂提问",
    "小组合作学习",
    "复习课",
    "实验教学",
    "学困生辅导",
    "试卷讲评",
    "单元整体设计",
    "阅读教学",
    "探究活动",
    "板书设计",
    "学案编写",
]

SLOGANS = [
    "研究为本，服务至上",
    "科学导向，提升质量",
    "内强素质，外树形象",
    "扎根课堂，服务师生",
    "做老师们用得上的教研",
]
