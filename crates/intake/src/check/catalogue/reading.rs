//! Findings of the readers: files, sheets, rows, cells.

use super::Entry;

entries! {
    // What makes a bundle unusable.
    unreadable_file Error "文件打不开" "File cannot be opened"
        "文件不存在或没有读取权限，其中的数字一个也没有用" "It is not there or may not be read; none of its figures were used"
        "检查路径和权限" "Check the path and its permissions"
        "“学校.csv”打不开" "“schools.csv” cannot be opened";
    file_too_large Error "文件过大" "File too large"
        "超过大小上限，为保护内存未读" "It is over the limit and was not read, to protect memory"
        "删去图片和无关的表后重试" "Remove pictures and unrelated sheets, then try again"
        "文件有 300 MB，超过 256 MB 的上限" "the file has 300 MB, over the limit of 256 MB";
    sheet_too_large Error "表太大" "Sheet too large"
        "超过行数、列数或解压大小的上限，为保护内存未读" "It is over the limits of rows, columns or unpacked size and was not read, to protect memory"
        "只保留要填报的行和列" "Keep only the rows and columns to be reported"
        "表太大（超过 1000000 行），未读取" "the sheet is too large (over 1,000,000 rows) and was not read";
    corrupt_workbook Error "工作簿已损坏" "Damaged workbook"
        "损坏的工作簿可能只读出一半，所以不读" "Half of a damaged workbook might be read, so none of it is"
        "用 Excel 或 WPS 打开并另存为 .xlsx 后重试" "Open it in Excel or WPS, save it as .xlsx and try again"
        "工作簿已损坏，无法读取" "The workbook is damaged and cannot be read";
    protected_workbook Error "工作簿有密码" "Workbook with a password"
        "有打开密码的工作簿无法读取" "A workbook with a password cannot be read"
        "取消打开密码后另存" "Save it without a password"
        "工作簿设有打开密码，无法读取" "The workbook is protected by a password";
    old_workbook Error "工作簿格式太旧" "Workbook of an old format"
        "Excel 95 或更早的格式不能读" "The format of Excel 95 or before is not read"
        "用 Excel 或 WPS 另存为 .xlsx" "Save it as .xlsx in Excel or WPS"
        "工作簿是 Excel 95 的格式，未读取" "The workbook is in the format of Excel 95 and was not read";
    not_a_workbook Error "不是工作簿" "Not a workbook"
        "扩展名是工作簿，内容却不是" "It is named as a workbook and is none"
        "用 Excel 或 WPS 另存为 .xlsx" "Save it as .xlsx in Excel or WPS"
        "这是压缩文件，但不是 .xlsx 工作簿" "This is a zip file but no .xlsx workbook";
    no_sheets Error "没有工作表" "No worksheet"
        "工作簿里只有图表或什么也没有" "The workbook has charts only, or nothing"
        "用 Excel 或 WPS 打开，确认表在其中，另存为 .xlsx" "Open it in Excel or WPS, see that the tables are there and save it as .xlsx"
        "工作簿里没有工作表，未读取" "The workbook has no worksheet and was not read";
    not_a_table Error "不是表格文件" "Not a table"
        "只读 .csv、.xlsx 和 .xls" "Only .csv, .xlsx and .xls are read"
        "用 Excel 或 WPS 另存为 .xlsx" "Open it in Excel or WPS and save it as .xlsx"
        "不能读取这种文件" "files of this kind are not read";
    unknown_encoding Error "文字编码不明" "Unknown encoding"
        "不是 UTF-8、GBK 或 GB18030，读出来会是乱码" "It is not UTF-8, GBK or GB18030 and would be read as gibberish"
        "另存为 UTF-8 的 CSV 或 .xlsx" "Save it as CSV in UTF-8 or as .xlsx"
        "认不出文字编码" "its encoding is not recognised";
    unclosed_quote Error "引号没有闭合" "A quote is never closed"
        "引号之后的行列分不清，整表未读取" "What follows it cannot be told apart; the table was not read"
        "补上或删去这个引号，或另存为 .xlsx" "Close or delete the quote, or save the table as .xlsx"
        "本行有一个引号没有闭合" "A quote of this row is never closed";
    no_county Error "没有县情" "No county"
        "没有县情表，无法知道是哪个县、哪一年" "Without the county table nobody knows which county and year this is"
        "加上 county.csv 或名为“县情”的工作表" "Add county.csv or a sheet named county"
        "没有县情表" "There is no table county";
    no_schools Error "没有学校" "No schools"
        "既没有学校表，也没有备选校址表，无事可做" "Without schools and sites there is nothing to do"
        "至少加上其中一张" "Add at least one of them"
        "既没有学校表，也没有备选校址表" "There is neither a table schools nor a table sites";
    duplicate_table Error "同一张表有两份" "A table given twice"
        "不知道该用哪一份" "Nobody can say which of the two is meant"
        "只保留一份" "Keep one of them"
        "学校表有两份" "The table schools is there twice";
    duplicate_key Error "同一行出现两次" "A row given twice"
        "主键相同的两行无法取舍" "Nobody can say which of two rows with the same key is right"
        "删去或改正其中一行" "Delete or correct one of them"
        "“2133000001 小学”重复，第一次在第 5 行" "“2133000001 primary” stands twice, first in row 5";
    dangling_reference Error "引用的对象不存在" "A reference that leads nowhere"
        "引用的学校或居住单元不在相应的表中" "The school or block it names is not in its table"
        "改正编号，或补上那一行" "Correct the code or add the row"
        "学段表的学校 2133000099 在学校表中找不到" "sections names school 2133000099, which schools does not have";

    // Tables and columns.
    unknown_table Note "不认识的文件或工作表" "Unknown file or sheet"
        "名称不是已知的表，未读" "Its name is not that of a table; it was not read"
        "如需读取，请改为表的英文名或中文名" "To have it read, name it after a table"
        "工作表“封面”不是已知的表" "The sheet 封面 is no known table";
    hidden_sheet_read Note "隐藏的工作表" "Hidden sheet"
        "工作表是隐藏的，但名称是已知的表，已读取" "The sheet is hidden, but named as a table, and was read"
        "如不应采用，请删去或改名" "If it should not count, delete or rename it"
        "工作表“学段”是隐藏的" "the sheet 学段 is hidden";
    hidden_sheet_skipped Note "未读隐藏的工作表" "Hidden sheet not read"
        "同一张表另有可见的一份，采用可见的" "There is a visible sheet of the same table, which was read"
        "如应采用隐藏的那份，请取消隐藏并删去另一份" "If the hidden one should count, unhide it and delete the other"
        "隐藏的工作表“学段”未读取" "the hidden sheet 学段 was not read";
    macros_ignored Note "含宏" "Macros"
        "只读取数值，宏不会运行" "Only its values are read, no macro runs"
        "无须处理" "Nothing to do"
        "工作簿含有宏" "The workbook has macros";
    external_links_ignored Note "含外部链接" "External links"
        "只采用上次保存的数值，不打开别的文件" "The values stored last are used, other files are not opened"
        "如数值已过期，请更新链接后另存" "If the values are stale, update the links and save again"
        "工作簿引用了其他文件" "The workbook refers to other files";
    empty_table Note "空表" "Empty table"
        "有表头而没有数据" "It has a header and no data"
        "没有数据可以不交这张表" "Leave the table out if there is no data"
        "班级表是空的" "The table classes is empty";
    no_header Error "没有表头" "No header"
        "找不到表头就不知道各列是什么，整表未读" "Without a header nobody knows the columns; the table was not read"
        "表头用字段表中的英文名或中文名" "Use the ids or Chinese titles of the list of fields"
        "前 15 行里找不到学校表的表头" "No header of the table schools in the first 15 rows";
    missing_key_column Error "缺少主键列" "Key column missing"
        "没有主键列就不知道每行是谁，整表未读" "Without its key nobody knows whose rows these are; the table was not read"
        "补上这一列" "Add the column"
        "学段表缺少“学段”列" "The table sections has no column stage";
    unknown_column Note "不认识的列" "Unknown column"
        "表头不在字段表中，该列未用" "The header is not in the list of fields; the column was not used"
        "改用字段表中的名称，否则不必处理" "Use a name in the list of fields; else nothing to do"
        "不认识列“校长手机”" "The column 校长手机 is unknown";
    repeated_column Error "同一列出现两次" "A column given twice"
        "两列是同一字段，取了左边一列" "Two columns are the same field; the left one was used"
        "删去或改名其中一列" "Delete or rename one of them"
        "列“在校生数”与 C 列同为“在校生数”" "The column students is students again";
    column_without_header Note "没有表头的列" "Column without a header"
        "不知道是什么，未用" "Nobody knows what it is; it was not used"
        "补上表头，或清除这些单元格" "Add a header, or clear these cells"
        "本列没有表头，12 个单元格未采用" "The column has no header; 12 cells are not used";
    unknown_key Note "不认识的县情项" "Unknown county fact"
        "该项不在字段表中，未用" "The key is not in the list of fields and was not used"
        "改用字段表中的名称" "Use the name in the list of fields"
        "不认识县情项目“gdp”" "The county key gdp is unknown";
    unusable_fact Error "县情项无法采用" "County fact not usable"
        "值看不懂，按缺失处理" "The value is not understood and counts as missing"
        "按提示的写法填写" "Write it as the hint says"
        "attest_G1 的“部分”看不懂" "“partly” of attest_G1 is not understood";

    // Rows.
    blank_key Error "主键空白" "Key left blank"
        "没有编号的行不知属于谁，未予采用" "A row without its code belongs to nobody and was not used"
        "补上后重新检查；不是数据行请删去" "Fill it in and check again; delete the row if it is no record"
        "“学校标识码”没有可用的值，整行未采用" "school_id has no usable value; the row is not used";
    total_row_skipped Note "跳过合计行" "Total row skipped"
        "合计行不是数据" "Totals are no data"
        "无须处理" "Nothing to do"
        "第 48 行是合计行" "row 48 is a total";
    note_row_skipped Note "跳过说明行" "Remark row skipped"
        "说明行不是数据" "Remarks are no data"
        "无须处理" "Nothing to do"
        "第 50 行是说明行" "row 50 is a remark";
    example_row_skipped Note "跳过示例行" "Example row skipped"
        "模板的示例行不是数据" "The example row of the template is no data"
        "无须处理" "Nothing to do"
        "第 3 行是示例行" "row 3 is the example";
    header_row_skipped Note "跳过重复的表头" "Repeated header skipped"
        "中间重复的表头不是数据" "A header repeated among the rows is no data"
        "无须处理" "Nothing to do"
        "第 31 行是重复的表头" "row 31 repeats the header";
    merged_number Error "合并单元格里的数" "Number in a merged cell"
        "分不清各行多少，按缺失处理" "Nobody can say how much belongs to each row; it counts as missing"
        "取消合并，逐行填写；全校共用的填在学校表" "Unmerge and fill row by row; put what the whole school shares in the table schools"
        "“图书册数”是几行合并的数" "books is one number merged over several rows";

    // Cells.
    cell_error Error "单元格是公式错误" "Formula error"
        "公式出错，按缺失处理" "The formula failed; the cell counts as missing"
        "改正公式或直接填数值" "Mend the formula or write the value itself"
        "在校生数是公式错误 #DIV/0!" "students is the formula error #DIV/0!";
    formula_without_result Error "公式没有结果" "Formula without a result"
        "文件里只有公式，没有存下结果，按缺失处理" "The file holds a formula but not its result; the cell counts as missing"
        "用 Excel 或 WPS 打开并保存一次，或直接填数值" "Open and save it once in a spreadsheet program, or write the value itself"
        "在校生数是公式，文件里没有存下结果" "students is a formula whose result the file does not hold";
    not_a_number Error "不是数字" "Not a number"
        "数字字段里是文字，按缺失处理" "A number was expected; the cell counts as missing"
        "只填数字；没有数据就留空，确为零才填 0" "Write a number only; leave unknown blank, 0 only for a true zero"
        "计算机台数“约三十”不是数字" "computers: 约三十 is no number";
    not_whole Error "不是整数" "Not a whole number"
        "人数、间数应为整数，按缺失处理" "People and rooms are counted whole; the cell counts as missing"
        "填整数" "Write a whole number"
        "在校生数 405.5 不是整数" "students: 405.5 is no whole number";
    negative Error "负数" "Negative number"
        "此项不会小于 0，按缺失处理" "It cannot be below 0; the cell counts as missing"
        "核对后改正" "Check and correct it"
        "运动场地面积 -1200 是负数" "sports_ground_m2: -1200 is negative";
    unknown_choice Error "不在可选项之中" "None of the choices"
        "不认识的选项，按缺失处理" "An unknown choice counts as missing"
        "从列出的选项中选填" "Use one of the choices listed"
        "最高学历“博后”不在可选项之中" "degree: 博后 is none of the choices";
    unknown_word Explain "不认识的学科、学历或职称" "Unknown subject, degree or title"
        "按原文保留，不计入任何一项，如不算体育、艺术教师" "It is kept as written and counts as none of the choices, so not as PE or arts"
        "如属列出的一项请改正，否则说明" "Write the choice that it is, else explain it"
        "任教学科“舞蹈”不在可选项之中，按原文保留" "subject: 舞蹈 is none of the choices; it is kept as written";
    share_over_one Error "比例大于 1" "Share over 1"
        "比例在 0 到 1 之间，按缺失处理" "A share is from 0 to 1; the cell counts as missing"
        "填 0 至 1 的小数，或带百分号，如 85%" "Write a decimal from 0 to 1, or with a percent sign: 85%"
        "到位率 85 大于 1" "zone_arrival_rate: 85 is more than 1";
    not_a_date Error "不是日期" "Not a date"
        "没有这一天，或写法不明，按缺失处理" "There is no such day, or its form is unclear; the cell counts as missing"
        "写成 2025-09-01" "Write it as 2025-09-01"
        "“2025-02-30”不是日期" "2025-02-30 is no date";
    day_assumed Note "没有日，按 1 日处理" "No day, taken as the first"
        "只写了年月，按当月 1 日处理" "Only year and month were written; the first of the month was taken"
        "需要精确到日时请补全" "Write the day where it matters"
        "到校日期“2015年9月”没有日，按 2015-09-01 处理" "arrived_on 2015年9月 names no day and is taken as 2015-09-01";
    not_a_year Error "不是年份" "Not a year"
        "年份是四位数字，按缺失处理" "A year has four digits; the cell counts as missing"
        "写成 2025" "Write it as 2025"
        "建校年份“八五年”不是四位年份" "founded_year: 八五年 is no year";
    not_a_flag Error "不是是或否" "Neither yes nor no"
        "看不懂，按缺失处理" "It is not understood and counts as missing"
        "填 1 或 0、是或否" "Write 1 or 0"
        "寄宿制“部分”不是“是”或“否”" "boarding: 部分 is neither yes nor no";
    long_id_as_number Explain "长编号存成了数字" "Long identifier as a number"
        "Excel 只保留 15 位有效数字，后几位可能已变成 0" "Excel keeps 15 digits; the last ones may have become 0"
        "把该列设为文本格式后重新录入" "Format the column as text and enter it again"
        "编号 330182199001010000 存成了数字" "The identifier 330182199001010000 is stored as a number";
    id_as_date Explain "编号成了日期" "Identifier as a date"
        "编号被 Excel 改成了日期" "Excel has turned the identifier into a date"
        "把该列设为文本格式后重新录入" "Format the column as text and enter it again"
        "编号被改成了日期 2025-01-02" "the identifier has become the date 2025-01-02";
    id_in_scientific_notation Error "编号成了科学计数法" "Identifier in scientific notation"
        "后几位已丢失" "Its last digits are lost"
        "从原表以文本格式重新导出" "Export it again from the source as text"
        "编号“2.13E+17”是科学计数法" "The identifier 2.13E+17 is in scientific notation";
    datum_assumed Note "未填坐标系" "Coordinate system not given"
        "按国家大地2000处理" "CGCS2000 was assumed"
        "坐标取自高德、腾讯填 gcj02，取自百度填 bd09" "Points from AMap or Tencent are gcj02, from Baidu bd09"
        "学校表有 60 个点没有注明坐标系" "60 points of schools name no coordinate system";
    coordinates_converted Note "坐标已转换" "Coordinates converted"
        "已换算为国家大地2000，精度约 1 米" "Converted to CGCS2000, to about a metre"
        "无须处理；原文件未改动" "Nothing to do; the file is unchanged"
        "学校表有 60 个点由 GCJ-02 换算" "60 points of schools were converted from GCJ-02";
    mixed_datums Explain "坐标系混用" "Mixed coordinate systems"
        "同一张表用了几种坐标系，填错会偏离数百米" "One table uses several systems; a wrong one is off by hundreds of metres"
        "确认每一行的坐标系" "Check the system of each row"
        "学校表混用了坐标系：cgcs2000、bd09" "schools mixes cgcs2000 and bd09";
    more_alike Note "同类问题另有多处" "More of the same kind"
        "同一列同类问题只列前 200 处" "Only the first 200 alike in a column are listed"
        "先改正已列出的，再检查一次" "Fix those listed, then check again"
        "同类问题（not_a_number）另有 35 处" "35 more findings of the kind not_a_number are not listed";
}
