"""Finding members as people do: by name, pinyin, initials, userid, mobile or e-mail, in any part."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from wecom.foundation.db import Db

from . import queries
from .model import Member, Sight
from .refusals import InvalidSearch
from .rules import UNKEEPABLE

# How surnames are read where the character is commonly read otherwise. Several readings: people use both.
SURNAMES = {
    "单于": ["chan yu"],
    "长孙": ["zhang sun"],
    "尉迟": ["yu chi"],
    "万俟": ["mo qi"],
    "澹台": ["tan tai"],
    "夏侯": ["xia hou"],
    "呼延": ["hu yan"],
    "令狐": ["ling hu"],
    "宰父": ["zai fu"],
    "亓官": ["qi guan"],
    "单": ["shan"],
    "曾": ["zeng"],
    "解": ["xie"],
    "仇": ["qiu"],
    "任": ["ren"],
    "区": ["ou"],
    "查": ["zha"],
    "朴": ["piao", "pu"],
    "华": ["hua"],
    "盖": ["ge", "gai"],
    "翟": ["zhai", "di"],
    "缪": ["miao", "mou"],
    "宓": ["mi", "fu"],
    "种": ["chong"],
    "员": ["yun"],
    "秘": ["bi"],
    "冼": ["xian"],
    "洗": ["xian"],
    "逄": ["pang"],
    "燕": ["yan"],
    "葛": ["ge"],
    "纪": ["ji"],
    "召": ["shao"],
    "覃": ["qin", "tan"],
    "重": ["chong"],
    "隗": ["wei", "kui"],
    "牟": ["mou", "mu"],
    "车": ["che"],
    "黑": ["he"],
    "折": ["she"],
    "繁": ["po"],
    "祭": ["zhai"],
    "宿": ["su"],
    "都": ["du"],
    "石": ["shi"],
    "郇": ["xun", "huan"],
    "郗": ["xi", "chi"],
    "谌": ["chen", "shen"],
    "那": ["na"],
    "费": ["fei", "bi"],
    "干": ["gan"],
    "乐": ["yue", "le"],
    "乜": ["nie"],
    "佴": ["nai"],
    "俞": ["yu"],
    "哈": ["ha"],
    "相": ["xiang"],
    "藏": ["zang"],
    "盛": ["sheng"],
    "卜": ["bu"],
    "晁": ["chao"],
    "行": ["xing", "heng"],
    "贾": ["jia"],
    "沈": ["shen"],
    "粘": ["nian"],
    "晟": ["cheng"],
    "应": ["ying"],
    "降": ["jiang"],
    "中": ["zhong"],
    "不": ["fou"],
    "朝": ["chao"],
    "占": ["zhan"],
    "薄": ["bo"],
    "尹": ["yin"],
    "佟": ["tong"],
    "殷": ["yin"],
    "於": ["yu"],
    "要": ["yao"],
    "撒": ["sa"],
    "弗": ["fu"],
    "参": ["shen"],
    "句": ["gou"],
    "亓": ["qi"],
    "阚": ["kan"],
    "幺": ["yao"],
}
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
LONGEST_SEARCH = 64


async def search(
    db: Db, text: str, *, seen_by: Sight, department_id: int | None = None, limit: int = 20
) -> list[Member]:
    """Members who match every word of `text`, best first; of one department's tree, when given."""
    if len(text) > LONGEST_SEARCH or UNKEEPABLE.search(text):
        raise InvalidSearch
    terms = folded(text).split()
    if not terms:
        return []
    return await queries.search_members(db, " ".join(terms), terms, limit, department_id=department_id, seen_by=seen_by)


async def readings(db: Db, members: Sequence[Member]) -> dict[int, list[tuple[str, ...]]]:
    """How names in Chinese are read, a syllable a character: what of a name was meant by a search in pinyin."""
    chinese = {each.id: each.name for each in members if all(map(_is_chinese, each.name))}
    texts = await queries.search_texts(db, sorted(chinese)) if chinese else {}
    return {id: _readings_in(text, len(chinese[id])) for id, text in texts.items()}


def _readings_in(text: str, characters: int) -> list[tuple[str, ...]]:
    # The name's own spellings follow it, up to the next name in Chinese; each reading is there in one word, too.
    lines = [tuple(line.split()) for line in takewhile(str.isascii, text.split("\n")[2:])]
    return [each for each in lines if len(each) == characters > 1 and ("".join(each),) in lines]


def search_text(member: Member) -> str:
    """All that a member can be found by: a field a line, the name first, each line once."""
    lines: dict[str, None] = {}
    for name in (member.name, member.alias, member.english_name):
        for spelt in _spellings(folded(name)):
            lines[spelt] = None
    for field in (member.userid, member.mobile, member.email, member.biz_mail):
        if field:
            lines[folded(field)] = None
    if member.telephone:
        lines[folded(member.telephone)] = None
    return "\n" + "\n".join(line for line in lines if line) + "\n"


def folded(text: str) -> str:
    """Without the differences that people do not type: case, width, runs of spaces."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def _spellings(name: str) -> list[str]:
    """A name as it is, then in pinyin (together, in syllables, by initials) or without accents."""
    found = [name]
    if not name.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        found += [bare, name.translate(GERMAN)]
    if any(map(_is_chinese, name)):
        for syllables in _readings(name):
            found += ["".join(syllables), " ".join(syllables), "".join(each[0] for each in syllables)]
    return found


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character > "\U00020000"


@lru_cache(maxsize=4096)
def _readings(name: str) -> list[tuple[str, ...]]:
    # Its dictionaries take some 30 MB, so a process that only reads never loads them.
    from pypinyin import lazy_pinyin

    for length in (2, 1):
        if readings := SURNAMES.get(name[:length]):
            rest = tuple(syllable for part in lazy_pinyin(name[length:]) for syllable in part.split())
            return [(*reading.split(), *rest) for reading in readings]
    return [tuple(syllable for part in lazy_pinyin(name) for syllable in part.split())]
