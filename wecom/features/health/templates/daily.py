"""Templates for every day and for journeys."""

from ..form import Bounds, Shown
from .written import NO, UNSURE, YES, Ask, Rule, Written, at_least, within, yes

DAILY = Written(
    ("每日健康上报", "Daily health report", "Tägliche Gesundheitsmeldung"),
    ("每天上班前填写。", "Every day before work.", "Jeden Tag vor der Arbeit."),
    "daily",
    (
        Ask(1, "single", ("今天有身体不适吗?", "Do you feel ill today?", "Fühlen Sie sich heute krank?"), (NO, YES)),
        Ask(
            2,
            "multiple",
            ("有哪些症状?", "Which symptoms?", "Welche Symptome?"),
            (
                ("发热", "Fever", "Fieber"),
                ("咳嗽", "Cough", "Husten"),
                ("乏力", "Fatigue", "Abgeschlagenheit"),
                ("其他", "Others", "Andere"),
            ),
            shown_if=Shown(1, (2,)),
        ),
        Ask(
            3,
            "number",
            ("体温(℃)", "Temperature (°C)", "Temperatur (°C)"),
            bounds=Bounds(min=34, max=43, decimals=1),
            required=False,
        ),
        Ask(
            4,
            "single",
            ("14 天内接触过传染病患者吗?", "Contact with somebody infectious?", "Kontakt mit ansteckend Erkrankten?"),
            (NO, YES, UNSURE),
            help=("最近 14 天", "In the last 14 days", "In den letzten 14 Tagen"),
        ),
        Ask(5, "text", ("备注", "Anything else", "Sonst noch etwas"), required=False, bounds=Bounds(max_length=500)),
    ),
    (
        Rule("fever", "red", ("发热", "Fever", "Fieber"), (yes(2, 1), at_least(3, 37.5)), lasts=24),
        Rule("contact", "yellow", ("接触史", "Contact", "Kontakt"), (yes(4, 2, 3),), lasts=24 * 7),
        Rule("symptoms", "yellow", ("有症状", "Symptoms", "Symptome"), (yes(1),)),
    ),
)

TRAVEL = Written(
    ("出行申报", "Declaring travel", "Reisemeldung"),
    ("出差或旅行归来后填写。", "After coming back from a journey.", "Nach der Rückkehr von einer Reise."),
    "daily",
    (
        Ask(
            1,
            "single",
            ("14 天内离开过本地吗?", "Away in the last 14 days?", "In den letzten 14 Tagen verreist?"),
            (NO, ("国内", "In this country", "Im Inland"), ("国外", "Abroad", "Im Ausland")),
        ),
        Ask(2, "place", ("去了哪里?", "Where?", "Wohin?"), shown_if=Shown(1, (2, 3))),
        Ask(
            3,
            "date",
            ("返回日期", "When did you come back?", "Wann sind Sie zurückgekommen?"),
            bounds=Bounds(earliest=-14, latest=0),
            shown_if=Shown(1, (2, 3)),
        ),
        Ask(
            4,
            "single",
            ("是否途经公布的风险地区?", "Through an area that was announced?", "Durch ein ausgewiesenes Risikogebiet?"),
            (NO, YES, UNSURE),
            shown_if=Shown(1, (2, 3)),
        ),
        Ask(
            5,
            "photo",
            ("行程证明", "Proof of the journey", "Nachweis der Reise"),
            required=False,
            bounds=Bounds(max_picks=3),
            shown_if=Shown(4, (2, 3)),
        ),
    ),
    (
        Rule("risk_area", "red", ("途经风险地区", "Area at risk", "Risikogebiet"), (yes(4, 2),), lasts=24 * 7),
        Rule("unsure", "yellow", ("行程待确认", "To be confirmed", "Zu klären"), (yes(4, 3),), until_cleared=True),
        Rule("abroad", "yellow", ("近期归国", "Recently abroad", "Kürzlich im Ausland"), (yes(1, 3),)),
        Rule("back", "yellow", ("三天内返回", "Back within three days", "Seit drei Tagen zurück"), (within(3, 3),)),
    ),
)
