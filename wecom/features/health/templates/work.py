"""Templates for places of work: food plants, sites, occupational health."""

from ..form import Bounds, Shown
from .written import NO, YES, Ask, Rule, Written, yes

FOOD_PLANT = Written(
    ("食品车间准入", "Access to a food plant", "Zutritt zum Lebensmittelbetrieb"),
    (
        "接触食品前每天填写。有下列症状的人员不得接触食品。",
        "Before every shift that touches food. Whoever has one of these symptoms does not work with food.",
        "Vor jeder Schicht mit Lebensmitteln. Wer eines dieser Symptome hat, arbeitet nicht mit Lebensmitteln.",
    ),
    "workdays",
    (
        Ask(
            1,
            "multiple",
            ("24 小时内有哪些症状?", "Which of these in the last 24 hours?", "Was davon in den letzten 24 Stunden?"),
            (
                ("都没有", "None of these", "Nichts davon"),
                ("腹泻", "Diarrhoea", "Durchfall"),
                ("呕吐", "Vomiting", "Erbrechen"),
                ("黄疸", "Jaundice", "Gelbsucht"),
                ("咽痛伴发热", "Sore throat with fever", "Halsschmerzen mit Fieber"),
            ),
        ),
        Ask(
            2,
            "date",
            ("何时结束的?", "When did it end?", "Wann hat es aufgehört?"),
            required=False,
            bounds=Bounds(earliest=-30, latest=0),
            shown_if=Shown(1, (2, 3)),
        ),
        Ask(
            3,
            "single",
            ("手或手臂有化脓伤口吗?", "An infected wound on hand or arm?", "Eine eitrige Wunde an Hand oder Arm?"),
            (
                NO,
                ("有,已防水包扎", "Yes, covered watertight", "Ja, wasserdicht verbunden"),
                ("有,未包扎", "Yes, not covered", "Ja, nicht verbunden"),
            ),
        ),
        Ask(
            4,
            "single",
            (
                "被诊断患有沙门氏菌、诺如病毒、志贺氏菌、大肠杆菌 O157 或甲肝吗?",
                "Diagnosed with salmonella, norovirus, shigella, E. coli O157 or hepatitis A?",
                "Diagnose Salmonellen, Noroviren, Shigellen, EHEC oder Hepatitis A?",
            ),
            (NO, YES),
        ),
        Ask(
            5,
            "single",
            ("家中有人被诊断吗?", "Has anybody at home been diagnosed?", "Wurde jemand zu Hause so diagnostiziert?"),
            (NO, YES),
        ),
    ),
    (
        Rule("diagnosis", "red", ("确诊", "Diagnosed", "Diagnose"), (yes(4),), until_cleared=True),
        Rule("jaundice", "red", ("黄疸", "Jaundice", "Gelbsucht"), (yes(1, 4),), until_cleared=True),
        Rule(
            "stomach",
            "red",
            ("腹泻或呕吐", "Diarrhoea or vomiting", "Durchfall oder Erbrechen"),
            (yes(1, 2, 3),),
            lasts=48,
        ),
        Rule("wound", "yellow", ("伤口未包扎", "Wound not covered", "Wunde nicht verbunden"), (yes(3, 3),)),
        Rule("throat", "yellow", ("咽痛伴发热", "Sore throat with fever", "Halsschmerzen mit Fieber"), (yes(1, 5),)),
        Rule("at_home", "yellow", ("家中有人患病", "Illness at home", "Erkrankung zu Hause"), (yes(5),), lasts=72),
    ),
)

CONTRACTOR = Written(
    ("承包商入场告知", "Contractors coming to the site", "Fremdfirmen: Einweisung"),
    (
        "首次入场前填写一次,有效期一年。",
        "Once before the first visit; it counts for a year.",
        "Einmal vor dem ersten Einsatz; gilt ein Jahr.",
    ),
    "once",
    (
        Ask(1, "text", ("所属公司", "Company", "Firma"), bounds=Bounds(max_length=100)),
        Ask(
            2,
            "single",
            (
                "已观看安全培训并理解?",
                "Seen and understood the safety briefing?",
                "Sicherheitsunterweisung gesehen und verstanden?",
            ),
            (("是", "Yes", "Ja"), ("否", "No", "Nein")),
        ),
        Ask(
            3,
            "single",
            ("带齐个人防护用品?", "All protective equipment at hand?", "Persönliche Schutzausrüstung vollständig?"),
            (("是", "Yes", "Ja"), ("否", "No", "Nein")),
        ),
        Ask(
            4,
            "multiple",
            ("从事哪些作业?", "Which kinds of work?", "Welche Arbeiten?"),
            (
                ("一般作业", "General", "Allgemein"),
                ("高处作业", "At height", "In der Höhe"),
                ("动火作业", "Hot work", "Heißarbeiten"),
                ("受限空间", "Confined spaces", "In engen Räumen"),
            ),
        ),
        Ask(
            5,
            "photo",
            ("相应的资质证书", "The permits for these", "Nachweise dafür"),
            bounds=Bounds(max_picks=4),
            shown_if=Shown(4, (2, 3, 4)),
        ),
        Ask(
            6,
            "single",
            (
                "有会影响这些作业的疾病或用药吗?",
                "Any illness or medicine that bears on these?",
                "Erkrankungen oder Medikamente, die dafür wichtig sind?",
            ),
            (NO, YES),
            shown_if=Shown(4, (2, 3, 4)),
        ),
        Ask(
            7,
            "text",
            ("紧急联系人及电话", "Whom to call in an emergency", "Notfallkontakt mit Telefon"),
            bounds=Bounds(max_length=100),
        ),
    ),
    (
        Rule("no_briefing", "red", ("未接受安全培训", "No safety briefing", "Keine Unterweisung"), (yes(2),)),
        Rule("no_equipment", "red", ("防护用品不齐", "Equipment missing", "Ausrüstung fehlt"), (yes(3),)),
        Rule(
            "fitness",
            "yellow",
            ("需确认适岗", "Fitness to be confirmed", "Eignung zu klären"),
            (yes(6),),
            until_cleared=True,
        ),
    ),
    24 * 365,
)

OCCUPATIONAL = Written(
    ("职业健康自查", "Occupational health", "Gesundheit am Arbeitsplatz"),
    (
        "由职业健康人员阅读,用于改善岗位。",
        "Read by occupational health, to make work better.",
        "Liest der betriebsärztliche Dienst, um Arbeitsplätze zu verbessern.",
    ),
    "once",
    (
        Ask(
            1,
            "multiple",
            ("经常接触哪些因素?", "What are you often exposed to?", "Womit haben Sie oft zu tun?"),
            (
                ("都没有", "None of these", "Nichts davon"),
                ("噪声", "Noise", "Lärm"),
                ("粉尘", "Dust", "Staub"),
                ("化学品", "Chemicals", "Chemikalien"),
                ("重物", "Heavy loads", "Schwere Lasten"),
                ("夜班", "Night shifts", "Nachtschichten"),
            ),
        ),
        Ask(
            2,
            "multiple",
            (
                "最近三个月有哪些不适?",
                "What troubled you in the last three months?",
                "Welche Beschwerden in den letzten drei Monaten?",
            ),
            (
                ("都没有", "None of these", "Nichts davon"),
                ("听力下降", "Hearing worse", "Hörminderung"),
                ("皮肤问题", "Skin", "Haut"),
                ("呼吸不适", "Breathing", "Atmung"),
                ("腰背疼痛", "Back pain", "Rückenschmerz"),
                ("睡眠不好", "Sleep", "Schlaf"),
            ),
        ),
        Ask(
            3,
            "single",
            ("不适与工作有关吗?", "Has it to do with work?", "Hängt es mit der Arbeit zusammen?"),
            (("没有", "No", "Nein"), ("可能", "Perhaps", "Vielleicht"), ("是", "Yes", "Ja")),
            shown_if=Shown(2, (2, 3, 4, 5, 6)),
        ),
        Ask(
            4,
            "date",
            ("上次职业体检日期", "Last medical examination", "Letzte Vorsorge"),
            required=False,
            bounds=Bounds(earliest=-7300, latest=0),
        ),
        Ask(
            5,
            "single",
            (
                "希望与医生谈谈吗?",
                "Would you like to talk to the doctor?",
                "Möchten Sie mit dem Betriebsarzt sprechen?",
            ),
            (("不用", "No", "Nein"), ("希望", "Yes", "Ja")),
        ),
    ),
    (
        Rule(
            "see_doctor",
            "yellow",
            ("建议面谈", "A talk is advised", "Gespräch empfohlen"),
            (yes(3, 3), yes(5)),
            until_cleared=True,
        ),
    ),
    None,
)
