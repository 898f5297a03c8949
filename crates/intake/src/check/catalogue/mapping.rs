//! Findings of mapping files and OneRoster exports.

use super::Entry;

entries! {
    mapping_invalid Error "映射文件有误" "Mapping file with a mistake"
        "看不懂的映射不能用" "A mapping that is not understood cannot be used"
        "请按提示修改映射文件后重新导入" "Mend the mapping file and import again"
        "映射文件第 12 行：没有这个字段" "Mapping file, line 12: no such field";
    map_nothing Error "没有对得上的工作表" "No sheet fits the mapping"
        "没有读入任何数据" "Nothing was read"
        "核对映射文件中的 files、sheets，或重新起草" "Check files and sheets of the mapping, or draft one"
        "没有任何工作表与映射文件对得上" "No sheet fits the mapping";
    map_column_missing Error "找不到表头" "Header not found"
        "映射文件写的表头在表里没有，该项未填" "The sheet has no such header; the item was left out"
        "把映射文件中的表头改成表内的写法" "Write the header as the sheet does"
        "找不到表头“在校生数/合计”" "There is no header 在校生数/合计";
    map_column_ambiguous Error "表头对应多列" "Header fits several columns"
        "未选用任何一列" "None was taken"
        "写上上级表头，如“上级/下级”" "Add the header above it"
        "表头“合计”对应 3 列" "The header 合计 fits 3 columns";
    map_name_unknown Error "名称中看不出取值" "Name does not tell"
        "从工作表名和文件名看不出该项，留空" "Neither the sheet's nor the file's name tells it; it stays blank"
        "在映射文件中补上写法，或改用列" "Add a pattern to the mapping, or name a column"
        "从工作表名看不出“学段”" "The sheet's name does not tell the stage";
    map_sheet_unfit Explain "工作表与映射不符" "Sheet does not fit its source"
        "所列表头一个也没有，未从这里取数" "None of its headers is here; nothing was read"
        "不该用于此来源可忽略，否则改 sheets 或表头" "Ignore it if it is not meant, else mend sheets or the headers"
        "这张表里没有所列的 5 个表头" "none of the 5 headers is here";
    map_source_unused Note "没有用到的来源" "Source without a sheet"
        "没有文件或工作表符合" "No file or sheet fits it"
        "若应当有，核对文件名和工作表名" "If there should be one, check the names"
        "没有工作表符合“教基3112*”" "No sheet fits 教基3112*";
    map_sheet_unused Note "没有用到的工作表" "Sheet not used"
        "映射文件没有提到它" "The mapping does not mention it"
        "需要时在映射文件中加一段 [[source]]" "Add a [[source]] if it is needed"
        "未使用这张工作表" "This sheet was not used";
    map_columns_unused Note "没有用到的列" "Columns not used"
        "映射文件没有提到这些列" "The mapping does not mention them"
        "需要时在映射文件中补上" "Add them to the mapping if they are needed"
        "未使用的列：备注（F）" "Columns not used: 备注 (F)";
    map_rows_unused Note "没有用到的行" "Rows not used"
        "合计、说明、无学校名称或被筛选掉" "Totals, remarks, no key, or filtered out"
        "核对这些行确实不是学校" "Check that none of them is a school"
        "未使用 2 行（第 48–49 行）" "2 rows not used (48–49)";
    map_value_unknown Explain "不在取值表中" "Not in the value map"
        "按原样保留" "It was kept as written"
        "在映射文件的 map 中补上该取值" "Add it to map in the mapping"
        "第 7 行的“完全小学”不在映射的取值表中" "Row 7: 完全小学 is not in the value map";
    map_values_differ Explain "两处数值不同" "Two values differ"
        "同一行在两处的数值不同，采用了先读到的" "Two places differ for one row; the first was used"
        "核对后改正其中一处" "Check and correct one"
        "在校生数：“624”与“642”，采用前者" "students: 624 and 642; the first is used";
    map_sum_incomplete Explain "相加的列有空白" "A part of a sum is blank"
        "合计按缺失处理" "The sum is missing"
        "补填；若空白就是 0，在映射文件中写明" "Fill it in; if blank means 0, say so in the mapping"
        "第 7 行相加的各列中有空白" "Row 7: a part of the sum is blank";
    map_unit_converted Note "单位已换算" "Unit converted"
        "按表头或映射文件所写的单位换算" "Converted by the unit of the header or the mapping"
        "核对表头所写的单位" "Check the unit that the header says"
        "该列已按单位换算" "The unit of this column was converted";
    map_name_as_code Note "以校名代替代码" "Name used as code"
        "没有标识码的学校以名称为代码" "Schools without a code have their name as one"
        "有标识码的表一并导入即可补上" "Import a sheet that has the codes together with it"
        "5 行学校没有标识码" "5 school rows have no code";
    school_two_names Explain "同一学校两个名称" "One school, two names"
        "视为同一所学校" "They are taken as one school"
        "统一名称" "Use one name"
        "“青川小学”与“青川 小学”视为同一所学校" "青川小学 and 青川 小学 are taken as one";
    school_name_ambiguous Error "校名对应多个代码" "Name of several schools"
        "无法判断是哪一所，按原样保留" "Nobody can say which; it was kept as written"
        "补上标识码" "Give the code"
        "“中心小学”对应多个标识码" "中心小学 has several codes";
    school_name_unknown Error "没有这个校名" "Unknown school name"
        "学校表中没有，按另一所学校保留，未作猜测" "No school is called so; it was kept as another one, nothing guessed"
        "是同一所就统一名称，否则在学校表中补上" "Use one name if it is the same, else add it to schools"
        "学校表中没有“青川小学堂”" "No school is called 青川小学堂";

    oneroster_file_missing Error "缺少文件" "File missing"
        "少一个文件就无法统计" "Without it nothing can be counted"
        "导出完整的一套文件" "Export the whole set"
        "缺少 enrollments.csv" "enrollments.csv is missing";
    oneroster_file_unused Note "不用的文件" "File not used"
        "评估用不到，未读取" "It is not needed and was not read"
        "无须处理" "Nothing to do"
        "评估用不到 results.csv" "results.csv is not needed";
    oneroster_delta Error "增量文件" "Delta file"
        "只含变动部分，统计会偏少" "It has changes only, so the counts are too low"
        "导出全量文件" "Export bulk files"
        "users 是增量文件" "users is a delta";
    oneroster_county Explain "没有县代码" "No county code"
        "文件中没有县级行政区划代码" "The files do not have the county's code"
        "在生成的县情表中补上 code、name、school_year" "Add code, name and school_year to the county table"
        "文件中没有县级行政区划代码" "The files do not have the county's code";
    oneroster_user_unknown Explain "选课人员不在名单" "Unknown users"
        "仍计入人数" "They were counted"
        "核对 users 文件是否完整" "Check that users.csv is complete"
        "3 条选课记录的人员不在 users 文件中" "3 enrolments name users that users.csv does not have";
    oneroster_school_unknown Error "班级不属于任何学校" "Class of no school"
        "这些班级没有计入" "They were not counted"
        "核对 orgs 文件" "Check orgs.csv"
        "2 个班级所属学校不在 orgs 文件中" "2 classes belong to no school of orgs.csv";
    oneroster_grade_outside Note "年级在范围之外" "Grade out of range"
        "幼儿园或 1–12 年级以外，没有计入" "Kindergarten or outside grades 1 to 12; not counted"
        "无须处理" "Nothing to do"
        "4 个班级属于幼儿园" "4 classes are kindergarten";
    oneroster_grade_mixed Explain "班级跨学段" "Class of two stages"
        "不知计入哪个学段" "Nobody can say which stage it counts in"
        "核对年级" "Check the grades"
        "1 个班级跨小学、初中" "1 class spans two stages";
    oneroster_grade_missing Explain "班级没有年级" "Class without a grade"
        "从学生年级也判断不出" "Its pupils do not agree in one either"
        "补上年级" "Give the grade"
        "1 个班级没有年级" "1 class has no grade";
    oneroster_courses Note "教学班不计班数" "Course classes"
        "其学生、教师已计入" "Their pupils and teachers are counted"
        "无须处理" "Nothing to do"
        "120 个教学班不计班级数" "120 course classes are not counted as classes";
    oneroster_no_homerooms Explain "没有行政班" "No homerooms"
        "以全部教学班作为班级，走班时班数和班额不准" "Every class was counted as one; with courses the counts are off"
        "核对班级数和班额" "Check class counts and sizes"
        "3 所学校没有行政班" "3 schools have no homerooms";
    oneroster_full_time Note "不分专任兼任" "Full time not told"
        "专任教师数为所有在册任课教师数" "All enrolled teachers were counted"
        "核对专任教师数" "Check the number of full-time teachers"
        "OneRoster 不区分专任与兼任" "OneRoster does not say who is full time";
}
