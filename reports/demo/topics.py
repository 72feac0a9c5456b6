"""What the invented branches study, do and are asked for: topics in the plan's order, activities of its four carriers, meetings."""

from dataclasses import dataclass
from datetime import date

# (topic, materials, the day before which nobody could have studied it) by turn; the first four are what the plan names for the first phase
LONG_AGO = date(2010, 1, 1)
STUDY = [
    (
        "学习胡锦涛总书记在全党深入学习实践科学发展观活动总结大会上的讲话",
        "讲话全文；讨论：科学发展观怎样落到教研工作里",
        LONG_AGO,
    ),
    ("中央、省委和市委关于开展创先争优活动的文件", "文件汇编；讨论：本支部的差距在哪里", LONG_AGO),
    ("国家中长期教育改革和发展规划纲要（上）", "规划纲要第一至第三部分", LONG_AGO),
    ("国家中长期教育改革和发展规划纲要（下）", "规划纲要第四部分；讨论：区域质量监控怎么做", LONG_AGO),
    ("党的十七届五中全会精神", "全会公报、“十二五”规划建议", date(2010, 10, 20)),
    ("怎样评好一节课", "两节课例录像、评课表", LONG_AGO),
    ("命题的信度和效度", "上学期期末调研试卷和数据", LONG_AGO),
    ("有效课堂的观察点", "课堂观察量表、三所学校的课例", LONG_AGO),
    ("学案怎样减轻负担", "三个学科的学案各一份", LONG_AGO),
    ("党章学习：党员的权利和义务", "党章第一章", LONG_AGO),
    ("教师专业发展的几个阶段", "读书札记交流", LONG_AGO),
    ("校本教研怎样落到备课组", "两所学校的校本教研计划", LONG_AGO),
    ("身边的先进：一位老教研员的三十年", "事迹材料", LONG_AGO),
    ("中国共产党九十年", "党史读本有关章节", LONG_AGO),
    ("胡锦涛总书记在庆祝建党九十周年大会上的讲话", "讲话全文", date(2011, 7, 1)),
    ("义务教育质量监控的指标", "课题组中期报告", LONG_AGO),
    ("课程领导力：教研员做什么", "课程方案和学校案例", LONG_AGO),
    ("党的十七届六中全会精神", "全会决定", date(2011, 10, 20)),
    ("用数据说话：一次调研报告的写法", "调研报告两份", LONG_AGO),
    ("廉洁从教", "师德案例", LONG_AGO),
    ("农村学校教研的难处和办法", "下校记录摘编", LONG_AGO),
    ("党的十八大报告学习", "报告全文", date(2012, 11, 15)),
]
DISCUSSIONS = [
    "主讲人讲四十分钟，随后讨论。大家认为先要把问题找准，再谈措施；会上提出三条改进意见，由各学科认领。",
    "讨论热烈。三位同志结合自己的学科谈了做法，也指出听评课还不够深入；约定下次带一份修改后的材料来。",
    "大家对照材料逐条讨论，有两处看法不一，会后各自再查资料，下次接着谈。",
    "围绕“怎样让老师用得上”讨论，决定把这次的材料整理后挂到教研网。",
]
NOTES = [
    "这次学习让我看到自己评课时说优点多、说问题少，下学期每次评课至少提两条可做的建议。",
    "命题之前先列双向细目表，这一点以前做得不够，准备从期末卷开始改。",
    "农村学校的老师更需要面对面的交流，我把下校安排提前到学期初。",
]
LEAVE_REASONS = ["参加省教研室会议", "外出命题", "家中老人住院", "下校开课"]
MADE_UP = "自学材料，写学习笔记一份"


@dataclass(frozen=True, slots=True)
class Deed:
    """An activity as the branch records it: the plan's carrier and item, what it was, for whom."""

    carrier: str
    item: str
    title: str
    result: str
    hours: int = 0
    served: int = 0
    schools: int = 0


DEEDS = [
    Deed(
        "research_activities",
        "research_lesson",
        "{subject}研究课展示",
        "四节课各有侧重，课后评课一个半小时，形成评课记录。",
        3,
        86,
        4,
    ),
    Deed(
        "research_activities",
        "lesson_observation",
        "到农村学校集中听评课",
        "听课 12 节，逐节反馈，留下书面建议。",
        0,
        24,
        2,
    ),
    Deed(
        "quality_monitoring",
        "term_end_survey",
        "期末调研命题和审题",
        "按双向细目表命题，三次审题，考后没有勘误。",
        0,
        0,
        0,
    ),
    Deed(
        "research_activities",
        "skills_contest",
        "青年教师基本功竞赛",
        "初赛 60 人，决赛 18 人，一等奖 5 人。",
        0,
        60,
        16,
    ),
    Deed("quality_and_image", "lesson_evaluation", "评课能力专题研修", "每人现场评一节课，专家逐一点评。", 4, 0, 0),
    Deed(
        "quality_monitoring",
        "effective_classroom",
        "有效课堂现场研讨会",
        "两所学校介绍做法，归纳出六条可推广的经验。",
        3,
        120,
        8,
    ),
    Deed(
        "leadership_and_learning",
        "twelfth_five_year_plan",
        "“十二五”教科研规划座谈",
        "听取 12 所学校的意见，采纳 17 条。",
        2,
        35,
        12,
    ),
    Deed(
        "quality_monitoring",
        "school_teaching_research",
        "校本教研结对帮扶",
        "与三所学校结对，共同制订校本教研计划。",
        0,
        45,
        3,
    ),
    Deed("research_activities", "core_group", "{subject}中心组活动", "研讨单元整体设计，成果挂到教研网。", 2, 28, 10),
    Deed("quality_and_image", "paper_setting", "命题能力比赛", "人人命一份卷，互评打磨，选出 6 份入题库。", 4, 0, 0),
]
SUBJECTS = ["小学语文", "小学数学", "初中英语", "高中物理", "综合实践", "信息技术"]
SCHOOLS = [
    "西林实验学校", "东青小学", "礼嘉中学", "湖塘桥二小", "郑陆初中", "牛塘中心小学", "奔牛高中", "孟河实验小学",
    "雪堰初中", "芦家巷小学", "新桥中学", "漕桥小学", "卜弋中学", "横林小学", "横山桥高中", "邹区小学",
]  # fmt: skip
TASKS = [
    ("组织党员学习《规划纲要》，每人写一条学习体会", "member", False),
    ("上报本学期党员联系学校名单", "organization", True),
    ("报送创先争优活动信息一篇", "organization", True),
]
RESOLUTION = "通过本支部{year}年工作计划"
