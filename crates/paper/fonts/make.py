"""Makes the two fonts of the papers from Noto CJK (OFL 1.1).

    pip install fonttools
    python make.py NotoSansCJK-Regular.ttc NotoSerifCJK-Regular.ttc

Both have GBK and the characters of 通用规范汉字表 (2013) beyond it, so that every name prints in one
face: a rare character from the other would stand out as bold.
The same input and fonttools version give the same bytes: no time stamp is written.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Characters of 通用规范汉字表 that GBK lacks.
BEYOND_GBK = (
    "鿍鿎鿏㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃"
    "䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡"
    "𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧"
    "𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬"
    "𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏"
    "𬶐𬶟𬶠𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈"
)
# Signs the papers use beside Chinese text.
SIGNS = "✓✗△▲▼●○◆□■–—…·×÷±≤≥<>〔〕《》「」【】①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥ²³㎡％°→←↑↓∑√σμ−〓•–"


def charset(encoding: str) -> set[int]:
    """Every character of a double-byte encoding."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                points.add(ord(bytes([lead, trail]).decode(encoding)))
            except (UnicodeDecodeError, TypeError):
                pass
    return points


def make(source: str, target: str, family: str, points: set[int]) -> None:
    faces = range(10)
    font = next(
        f
        for f in (TTFont(source, fontNumber=n, recalcTimestamp=False) for n in faces)
        if f["name"].getDebugName(1) == family
    )
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.desubroutinize = False
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG"]
    tool = subset.Subsetter(options)
    tool.populate(unicodes=points)
    tool.subset(font)
    path = Path(__file__).parent / target
    font.save(path)
    print(target, len(font.getBestCmap()), "characters", path.stat().st_size, "bytes")


if __name__ == "__main__":
    sans, serif = sys.argv[1:3]
    points = charset("gbk") | {ord(c) for c in BEYOND_GBK} | {ord(c) for c in SIGNS}
    make(sans, "NotoSansSC.otf", "Noto Sans CJK SC", points)
    make(serif, "NotoSerifSC.otf", "Noto Serif CJK SC", points)
