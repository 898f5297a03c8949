//! Findings of the checks.

use super::Entry;

entries! {
    // Identifiers.
    bad_school_code Error "学校代码不合规则" "School code against the rule"
        "学校（机构）标识码为 10 位数字" "The code of a school or institution has ten digits"
        "按机构代码库核对代码" "Check the code in the register of institutions"
        "青川小学：学校代码 21330001 有 8 位，应为 10 位" "Qingchuan: the school code 21330001 has 8 digits, not 10";
    unknown_code Error "代码不在代码表中" "Code not in its list"
        "不认识的代码无法判断学校性质" "What the school is cannot be told from an unknown code"
        "按代码表改正" "Use a code of the list"
        "办学类型 213 不在代码表中" "kind 213 is not in the list";
    code_not_of_kind Explain "学校代码与办学类型不符" "School code does not fit the kind"
        "代码前两位是学校类别；类别变了应换新代码，实际上也有未换的" "Its first two digits are the category; a school that changes category should get a new code, though some keep the old one"
        "核对办学类型；确系沿用旧代码请说明" "Check the kind, or explain that the old code is kept"
        "学校代码 3133000714 以 31 开头，办学类型 211 小学应为 21" "the school code 3133000714 begins with 31; kind 211 (primary school) asks for 21";
    code_not_of_province Explain "学校代码与县代码不同省" "School code of another province"
        "学校代码第三、四位是省级代码，与县代码前两位相同" "Digits three and four are the province's, as the first two of the county's code"
        "核对学校代码与县代码" "Check the codes of the school and the county"
        "学校代码 2144000714 的省级代码是 44，县代码 330182 属 33" "the school code 2144000714 is of province 44, the county 330182 of 33";
    local_school_code Note "自编学校代码" "Codes of the bureau's own"
        "可以评估，但无法与国家统计对照" "They can be judged but not matched with the national statistics"
        "有 10 位标识码时请换用" "Use the ten-digit codes where they are known"
        "12 所学校用自编代码" "12 schools have codes of their own";
    bad_county_code Error "县代码不合规则" "County code against the rule"
        "县级行政区划代码为六位数字" "A county code is six digits of GB/T 2260"
        "填六位代码" "Give the six digits"
        "县代码“33018”不是六位数字" "County code 33018 is not six digits";
    bad_school_year Error "学年写法有误" "School year not understood"
        "学年决定适用的标准和年份比较" "The school year decides the standard and the comparison of years"
        "写成 2025-2026" "Write it as 2025-2026"
        "学年“2025-2027”不是连续两年" "School year 2025-2027 is not two years in a row";
    as_of_outside_year Explain "数据时点不在学年内" "Date outside the school year"
        "学年从 9 月 1 日到次年 8 月 31 日" "A school year is from 1 September to 31 August"
        "核对学年与数据时点" "Check the school year and the date"
        "数据时点 2024-09-01 不在学年 2025-2026 之内" "The figures are of 2024-09-01, outside 2025-2026";

    // Ranges.
    out_of_range Error "超出取值范围" "Out of range"
        "此数不可能出现" "There can be no such value"
        "核对原始记录后改正" "Correct it from the record"
        "年级 13 应在 1 至 12 之间" "grade 13 should be between 1 and 12";
    year_out_of_range Error "年份不可能" "Impossible year"
        "年份早于可能的最早年份或晚于数据时点" "The year is before any possible one or after the figures"
        "核对年份" "Check the year"
        "建校年份 2205 不在 1800 至 2025 年之间" "Year founded: 2205 is not between 1800 and 2025";
    teacher_age Explain "教师年龄异常" "Unusual age of a teacher"
        "出生年份多半有误" "The year of birth is probably wrong"
        "核对出生年份" "Check the year of birth"
        "教师 T01 出生年份 1899" "Teacher T01 was born in 1899";
    arrived_too_young Explain "到校时年龄过小" "Too young on arrival"
        "到校日期或出生年份多半有误；交流年限由到校日期算" "The date or the year of birth is probably wrong; years in a school are counted from the date"
        "核对到校日期和出生年份" "Check both"
        "教师 T01 到校时 10 岁" "Teacher T01 came to the school at the age of 10";
    hours_implausible Explain "周课时异常" "Unusual hours a week"
        "走教按周课时安排" "Itinerant teaching is planned by the hours of a week"
        "核对周课时" "Check the hours a week"
        "教师 T01 每周 200 课时" "Teacher T01 gives 200 hours a week";
    own_spouse Error "配偶是自己" "Own spouse"
        "配偶应是另一位教师；夫妻在交流时一并考虑" "A spouse is another teacher; couples are moved with regard to each other"
        "改正或留空" "Correct it or leave it blank"
        "教师 T01 的配偶填的是自己" "Teacher T01 is given as the own spouse";
    wish_unknown Explain "志愿学校不存在" "Wish for an unknown school"
        "不在学校表中的志愿不起作用" "A wish for a school that is not in the table has no effect"
        "改正学校编号" "Correct the school's code"
        "教师 T01 的志愿 9 不在学校表中" "Teacher T01 wishes for 9, which is no school of the table";
    today_not_of_stage Explain "现服务学校没有该学段" "School of today without the stage"
        "小学与初中的现服务学校可能填反" "The primary and the junior school may be swapped"
        "核对现服务小学、现服务初中" "Check both schools of today"
        "B1 现服务学校 3133000011 没有小学学段" "B1 goes to 3133000011 today, which has no primary section";
    date_in_future Error "日期晚于数据时点" "Date after the figures"
        "还没有发生的事不能计入" "What has not happened cannot count"
        "核对日期" "Check the date"
        "到校日期 2027-09-01 晚于数据时点" "Arrived: 2027-09-01 is after the figures";
    grade_not_of_stage Error "年级与学段不符" "Grade not of its stage"
        "班级会计入错误的学段" "The class would count in the wrong stage"
        "改正年级或学段" "Correct the grade or the stage"
        "青川小学：8 年级不属于所填学段" "Qingchuan: grade 8 is not of the stage given";

    // Schools and their sections.
    section_empty Explain "学段没有学生" "Section without students"
        "0 人的学段不列入评估" "A section of 0 students is left out"
        "已停办则删去该行，否则填在校生数" "Delete the row if it has closed, else give its students"
        "青川小学 小学：在校生 0 人" "Qingchuan, primary: 0 students";
    students_missing Error "未填在校生数" "No students given"
        "各项生均指标都以在校生数为分母" "Every figure per student is divided by it"
        "填在校生数；没有学生填 0" "Give the number; 0 if there are none"
        "青川小学 小学：未填在校生数" "Qingchuan, primary: no students given";
    stage_not_of_kind Error "学段与办学类型不符" "Stage does not fit the kind"
        "学校会按错误的学段评估" "The school would be judged in a wrong stage"
        "改正办学类型或学段" "Correct the kind or the stage"
        "办学类型 211 小学没有初中学段" "kind 211 (primary school) has no junior stage";
    stage_missing Explain "缺少应有的学段" "Stage missing"
        "一贯制学校的某一学段没有评估" "One stage of a combined school is not judged"
        "补上该学段；尚未招生请说明" "Add its row, or explain that it has not opened"
        "办学类型 312 应有初中学段" "kind 312 should have a junior row";
    senior_missing Explain "缺高中学段行" "Senior row missing"
        "全校资产须按各学段学生分摊，缺高中人数就无法判定" "Assets of the whole school are shared by students; without the senior ones they stay undetermined"
        "补上高中学段的在校生数；没有高中填 0" "Add the senior students; 0 if there are none"
        "完全中学缺高中学段行" "a complete secondary school without a senior row";
    school_without_section Explain "学校没有学段" "School without a section"
        "名单中的学校没有被评估" "A listed school is not judged"
        "补上学段，或从名单中删去" "Add its section or take it off the list"
        "学段表中没有这所学校" "no row of `sections` names it";
    no_such_section Error "所属学段不存在" "No such section"
        "这些行没有计入任何学段" "These rows count in no section"
        "改正学段，或在学段表补一行" "Correct the stage or add the section"
        "班级表有 3 行属于初中学段，学段表没有" "3 classes are of the junior stage, which `sections` does not have";
    own_parent Error "隶属于自己" "Its own parent"
        "隶属学校应是另一所学校" "A parent is another school"
        "改正或留空" "Correct it or leave it blank"
        "隶属学校填的是自己" "it is given as its own parent school";
    point_without_parent Note "教学点没有隶属学校" "Teaching point without a parent"
        "教学点一般由中心校管理" "A teaching point is mostly run by a central school"
        "填隶属学校的代码" "Give the code of its parent"
        "教学点没有填隶属学校" "a teaching point without a parent school";
    empty_shell Explain "空壳学校" "Empty-shell school"
        "有名而无学生、教师或校舍设备，多为已撤并而未注销" "Listed without students, teachers or premises: mostly closed but not struck off"
        "核实是否仍在办学" "Find out whether it still runs"
        "在学校名单中，却没有学生、教师" "listed, but without students, teachers";

    // Sums and parts.
    part_exceeds_whole Error "部分大于总数" "A part over its whole"
        "其中数不会大于总数" "A part cannot be more than its whole"
        "核对两项，改正其中一项" "Check both and correct one"
        "寄宿生数 520 人，大于在校生数 480" "Boarders: 520, more than students: 480";
    class_sum Error "班级合计与在校生数不符" "Classes do not add up"
        "同一批学生在两张表里人数不同" "The same students are counted differently in two tables"
        "核对班级表与学段表，改正其中一处" "Check `classes` and `sections` and correct one"
        "班级学生数合计 642 人，在校生数填 624 人，相差 18 人" "the classes add up to 642 students, 624 are given; the difference is 18";
    class_count Error "班级数不符" "Number of classes differs"
        "班级数决定音乐、美术教室的应有间数" "The number of classes decides how many music and art rooms are due"
        "核对班级表与学段表，改正其中一处" "Check `classes` and `sections` and correct one"
        "班级表有 14 个班，班级数填 15 个" "14 classes are listed, 15 are given";
    largest_class Error "最大班额不符" "Largest class differs"
        "以班级表为准" "The list of classes is used"
        "改正最大班额，或改正班级表" "Correct the figure or the list"
        "最大的班 48 人，最大班额填 45 人" "the largest class has 48 students, 45 are given";
    no_classes Error "有学生而无班级" "Students without classes"
        "班级数为 0 时班额无法计算" "Class size cannot be computed"
        "填班级数" "Give the number of classes"
        "在校生 320 人，班级数却为 0" "320 students but 0 classes";
    largest_below_mean Error "最大班额小于平均班额" "Largest class under the mean"
        "学生数除以班级数，总有一个班不少于这么多人；班额判定以最大班额为准" "Some class has at least students ÷ classes; class sizes are judged by the largest"
        "核对最大班额、班级数和在校生数" "Check the largest class, the classes and the students"
        "最大班额 20 人，装不下 10 个班的 400 名学生" "with 20 in the largest class, 10 classes do not hold 400 students";
    room_implausible Explain "专用教室面积异常" "Room of an odd size"
        "音乐、美术教室按单间面积判定；过大多为全校合计或小数点错位" "Music and art rooms are judged one by one; too large is mostly the sum of all or a slipped point"
        "逐间填写单间面积" "Give the area of each room"
        "单间面积 9800 平方米" "a room of 9,800 m²";
    places_implausible Explain "在校生与学位相差悬殊" "Students far from the places"
        "学位数多半是班级数、在建数或另一学段的数；学位预警与学区、布局方案以它为准" "The places are probably classes, places under construction or another stage's; forecasts of places, zones and layouts rest on them"
        "核对学位数；确系超员或空置请说明" "Check the places, or explain the crowding or the vacancy"
        "在校生 720 人，学位 45 个" "720 students, 45 places";
    list_incomplete Explain "名单没有填全" "List filled in part"
        "有名单时按名单计数；一行空白，这个数就不能得出，相关项目无法判定" "Where there is a list, it is counted; one blank leaves the figure and what rests on it open"
        "补全名单的这一列，或整列留空改填学段的数" "Fill the column for all, or leave it blank for all and give the section's figure"
        "名单里有的行没有填县级以上骨干" "some rows of the list leave backbone blank";
    scores_over_total Explain "2012 年办法得分有误" "Points of the 2012 method"
        "17 项合计满分 100；一项不会小于 0，合计不会大于 100" "The 17 items have 100 points in all: none is below 0, their sum is not above 100"
        "核对各项得分" "Check the points of each item"
        "各项得分合计 179 分" "the points add up to 179";
    teacher_list_differs Error "教师名单与总数不符" "Teacher list differs"
        "有名单时以名单计数为准" "Where teachers are listed the list is counted"
        "补全名单或改正总数" "Complete the list or correct the total"
        "专任教师数填 38 人，名单数得 36 人" "full-time teachers given as 38, the list has 36";
    history_differs Explain "与历年在校生表不符" "Differs from enrolment history"
        "本年各年级合计应等于在校生数" "This year's grades should add up to the students"
        "核对历年在校生表的本年各行" "Check this year's rows of `enrolment_history`"
        "各年级合计 600 人，在校生数填 624 人" "the grades add up to 600, 624 students are given";
    negative_adjusted_area Error "室内体育用房大于教学用房" "Indoor PE over teaching area"
        "教学及辅助用房含室内体育用房，扣除后不会为负" "Teaching area includes indoor PE; the difference cannot be negative"
        "核对两项面积是否填反，教学及辅助用房是否漏计体育用房" "Check whether they are swapped or teaching area leaves PE out"
        "室内体育用房 900 平方米，大于教学及辅助用房 800 平方米" "indoor PE area 900 m² is more than the teaching area 800 m²";
    sections_exceed_school Error "学段合计大于全校" "Sections over the school"
        "各学段之和不会大于全校" "Sections cannot add up to more than the school"
        "核对全校与学段的填法，改正其中一处" "Check both and correct one"
        "图书册数合计 9000 册，大于全校 8000 册" "Books: the sections add up to 9,000, more than the school's 8,000";
    asset_both_ways Note "资产两处填报" "Asset given both ways"
        "学段有数时用学段的，全校的数不再分摊" "A section's own figure is used and the school's is not shared"
        "全部按学段填，或只填全校" "Give all by section, or only for the school"
        "图书册数全校填 8000 册，学段又填了合计 5000 册" "Books: 8,000 for the school and 5,000 for its sections";
    migrants_over_eligible Explain "随迁子女就读数大于符合条件数" "More migrants placed than eligible"
        "比例会超过 100%" "The share would be over 100 %"
        "核对三项人数" "Check the three figures"
        "就读的随迁子女共 520 人，多于符合条件的 500 人" "520 migrant children are placed, more than the 500 eligible";
    cohort_balance Explain "毕业人数多于推算数" "More graduates than the cohort leaves"
        "巩固率会超过 100%" "Retention would be over 100 %"
        "核对入学、转入、转出、死亡人数" "Check entry, transfers and deaths"
        "毕业学生 510 人，多于推算的 500 人" "510 students graduate, more than the 500 that are left";

    // Ratios.
    unit_slip Explain "单位可能有误" "Probably another unit"
        "数值与常理相差约一万倍" "The value is about ten thousand times off"
        "核对是元还是万元、人还是万人" "Check yuan or 万元, persons or 万"
        "教学仪器设备资产值 125 元，生均 0.2 元" "Equipment value 125 yuan, 0.2 yuan per student";
    area_slip Explain "面积可能错位" "Area probably slipped"
        "与本县其他学校相差数十倍以上" "It is dozens of times off the county's other schools"
        "核对小数点和单位" "Check the decimal point and the unit"
        "运动场地生均 950 平方米，本县中位数 9.5 平方米" "950 m² per student; the county's median is 9.5 m²";
    ratio_implausible Explain "比值异常" "Implausible ratio"
        "超出常见范围，可能属实，也可能填错" "Outside the usual range: true, or a mistake"
        "核对分子和分母；属实请说明" "Check both figures, or explain"
        "班级数 10，学生 900 人，合 90 人/班" "Classes 10, 900 students: 90 students per class";
    outlier Explain "离群值" "Outlier"
        "与本县同学段其他学校相差悬殊" "Far from the county's other sections of this stage"
        "核对；属实请说明" "Check, or explain"
        "图书册数合 180 册/生，本县中位数 22" "Books: 180 books per student, median 22";

    // Names and copies.
    same_name Explain "同名学校" "Schools of the same name"
        "同一所学校可能有两个代码" "One school may have two codes"
        "合并，或写出能区分的全称" "Merge them or give full names"
        "“青川小学”有几个代码" "“Qingchuan” has several codes";
    similar_names Explain "校名相近" "Names nearly the same"
        "同一所学校可能用了两个名称，学生会重复计算" "One school may be listed under two names and counted twice"
        "是同一所则合并，不是请说明" "Merge them if they are one, else explain"
        "“青川镇中心小学”与“青川中心小学”名称相近" "“青川镇中心小学” and “青川中心小学” have nearly the same name";
    identical_figures Explain "数字完全相同" "Identical figures"
        "两个学段的各项数字一位不差，几乎不可能" "Two sections agree to the last digit, which hardly ever happens"
        "核对是否复制了另一行" "Check whether a row was copied"
        "甲校 小学、乙校 小学的数字完全相同" "A, primary; B, primary: the same figures";

    // Places.
    zero_coordinates Error "经纬度为零" "Coordinates are zero"
        "0,0 在大西洋，该点未采用" "0, 0 lies in the Atlantic"
        "填实际经纬度，没有就留空" "Give the coordinates or leave them blank"
        "青川小学：经纬度为 0,0" "Qingchuan: the coordinates are 0, 0";
    swapped_coordinates Error "经纬度填反" "Coordinates swapped"
        "经度应在 73 至 136 之间" "Longitude should be between 73 and 136"
        "把经度和纬度对调" "Swap longitude and latitude"
        "经度 29.4750、纬度 119.2800，像是填反了" "longitude 29.4750, latitude 119.2800: they seem to be swapped";
    outside_china Error "坐标不在中国" "Coordinates not in China"
        "经纬度有误" "The coordinates are wrong"
        "核对经纬度" "Check them"
        "经度 19.2000、纬度 29.5000 不在中国境内" "longitude 19.2000, latitude 29.5000 is not in China";
    half_coordinates Error "经纬度缺一" "Half a coordinate"
        "只有一半的坐标不能使用" "Half a point cannot be used"
        "补上另一半" "Give the other half"
        "青川小学：缺纬度" "Qingchuan: no latitude";
    outside_county Explain "点位远离本县" "Point far from the county"
        "离本县其他点太远，多为数字误填" "Too far from the county's other points, mostly a wrong digit"
        "核对经纬度" "Check the coordinates"
        "离本县各点的中心 310 公里" "310 km from the middle of the county's points";
    far_from_township Explain "点位远离本乡镇" "Point far from its township"
        "乡镇或经纬度填错" "The township or the coordinates are wrong"
        "核对乡镇和经纬度" "Check both"
        "离青川镇其他学校的中心 38 公里" "38 km from the middle of the township's schools";
    same_point Explain "坐标完全相同" "The very same point"
        "两所学校几乎不会在同一点" "Two schools hardly ever stand on one point"
        "核对；同一校园请说明" "Check, or explain that they share a campus"
        "甲校、乙校的坐标完全相同" "A, B have the very same coordinates";

    // Last year.
    previous_mismatch Explain "上年数据不对应" "Last year's bundle does not fit"
        "不是同一个县或不是上一学年" "It is of another county or not of the year before"
        "换成本县上一学年的数据" "Give the same county's bundle of the year before"
        "上年数据是 2022 学年的" "Last year's bundle is of 2022";
    code_changed Explain "学校代码变了" "School code changed"
        "标识码一经赋予不再变更，代码变了历年数据就断开" "A code is never changed; with another one the years do not join"
        "恢复原代码，或说明学校类别已变" "Restore the code, or explain that the school changed its category"
        "青川小学：上年代码 2133000001，本年 2133000091" "Qingchuan: its code was 2133000001 last year and is 2133000091 now";
    name_changed Note "学校名称变了" "School name changed"
        "名称与上年不同" "The name differs from last year's"
        "确认已更名" "Make sure that it was renamed"
        "上年名称“青川小学”，本年“青川镇中心小学”" "it was called “青川小学” last year";
    kind_changed Explain "办学类型变了" "Kind changed"
        "类别改变的学校应换新代码" "A school that changes its category gets a new code"
        "核对办学类型和代码" "Check the kind and the code"
        "办学类型上年 211，本年 312" "its kind was 211 last year and is 312 now";
    school_gone Explain "学校不见了" "School gone"
        "上年有而本年没有" "It was there last year"
        "已撤并请说明，漏报请补上" "Explain its closure or add it"
        "青川教学点上年有，本年没有" "Qingchuan was there last year and is not now";
    school_new Note "新增学校" "New school"
        "上年没有" "It was not there last year"
        "确认是新建" "Make sure that it is new"
        "青川新城小学上年没有" "Qingchuan New Town was not there last year";
    year_jump Explain "年度变动过大" "Jump from last year"
        "超出按规模规定的年度变动幅度" "Over the band of yearly change for its size"
        "核对两年的数；属实请说明原因" "Check both years, or explain"
        "在校生数上年 620，本年 430，减少 31%" "students 620 last year, 430 now, down 31 %";
    assets_fell Explain "资产减少" "Assets fell"
        "面积和设备很少减少" "Areas and equipment seldom shrink"
        "核对；报废、拆除请说明" "Check, or explain what was scrapped"
        "图书册数上年 12000 册，本年 8000 册，减少 33%" "Books: 12,000 last year, 8,000 now, down 33 %";
    copied_form Note "资产与上年完全相同" "Assets as last year to the digit"
        "学生变了而资产一位不差，可能沿用了上年报表" "Students changed and no asset did; last year's form may have been copied"
        "确认资产确无变动" "Make sure that nothing changed"
        "学生由 620 人变为 600 人，各项资产与上年一位数字也不差" "students went from 620 to 600, yet all assets are as last year";

    // Completeness.
    missing_county_keys Note "县情缺项" "County facts missing"
        "缺项使有关条款无法判定" "The items that need them stay undetermined"
        "补填；没有数字的条款可以填佐证结论（attest_ 加条款编号）" "Fill them in; an item without a figure may be attested"
        "县情缺 2 项：省定小学生均公用经费基准定额、常住人口" "The county lacks 2 facts";
    missing_everywhere Note "各校都缺的数据" "Missing in every section"
        "全县都没有的列使有关指标无法判定" "A column that nobody fills leaves its indicators undetermined"
        "补填这些列" "Fill in these columns"
        "列入评估的 26 个学段都缺：图书册数" "All 26 sections in scope lack: books";
    missing_resource_inputs Note "资源指标缺数据" "Inputs of resource indicators missing"
        "缺一项，该指标和它的差异系数就无法判定" "With one missing the indicator and its variation stay undetermined"
        "补填；确实没有填 0" "Fill them in; 0 where there is none"
        "缺 教学及辅助用房面积、运动场地面积" "missing teaching area, sports ground";
    missing_item_inputs Note "保障和质量条款缺数据" "Inputs of items missing"
        "缺的数据使有关条款无法判定" "The items that need them stay undetermined"
        "补填；没有数字的条款可以填佐证结论（attest_ 加条款编号）" "Fill them in; an item without a figure may be attested"
        "缺 五年培训满360学时的专任教师数" "missing full-time teachers with 360 training hours";
}
