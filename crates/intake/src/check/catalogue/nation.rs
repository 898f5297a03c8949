//! Findings of a nation's Parquet files.

use super::Entry;

entries! {
    nation_file_unreadable Error "Parquet 文件不能读" "Parquet file cannot be read"
        "不是完整的 Parquet 文件，或不知道是哪一年的数据；什么也不评估" "It is no whole Parquet file, or nobody knows its year; nothing is judged"
        "检查文件是否完整，或从来源重新导出" "Check that the file is whole, or export it again"
        "year=2025/a.parquet：不是完整的 Parquet 文件" "year=2025/a.parquet: it is no whole Parquet file";
    nation_file_empty Note "Parquet 文件没有数据" "Parquet file without rows"
        "文件完好，但没有一行" "It is whole, but holds no row"
        "如应有数据，请重新导出" "Export it again if it should hold some"
        "year=2025/a.parquet：没有一行数据，未使用" "year=2025/a.parquet: it holds no row and was not used";
    nation_key_column_missing Error "缺少关键列" "Key column missing"
        "每行须有县代码、学校标识码和学段" "Every row needs county, school and stage"
        "补上这一列后重新导出" "Add the column and export again"
        "year=2025/a.parquet：缺少 county 列" "year=2025/a.parquet: the column county is missing";
    nation_column_type Error "列的类型不对" "Column of the wrong type"
        "文本读不成数字，数字读不成学段" "Text is no figure, and a figure is no stage"
        "按说明文档的列类型重新导出" "Export it again with the documented types"
        "year=2025/a.parquet：students 列的类型是 Utf8，应为数字(Int32)" "year=2025/a.parquet: the column students is Utf8, not a number (Int32)";
    nation_county_blank Error "行没有县代码" "Row without a county"
        "不知道属于哪个县" "Nobody knows where it belongs"
        "补上县代码，或删去这些行" "Fill in the county codes, or take these rows out"
        "year=2025/a.parquet：有的行没有县代码，不知道属于哪个县" "year=2025/a.parquet: some rows have no county code, so they belong nowhere";
    nation_section_twice Error "同一学段不止一行" "Section given twice"
        "同一县、年、学校、学段只能有一行，不知道哪一行是对的" "Only one row for each county, year, school and stage; nobody knows which is right"
        "删去重复的行" "Take the second one out"
        "2025 年：330182 21 primary 出现不止一行" "2025: 330182 21 primary has more than one row";
    nation_value_impossible Error "不可能的数" "Impossible value"
        "负数和无穷大按未填处理" "Negative and infinite figures count as missing"
        "改正后重新导出" "Correct them and export again"
        "2025 年：students 列有 3 个负数或无穷大，按未填处理" "2025: 3 values of students are negative or infinite; taken as missing";
    nation_stage_unknown Error "学段未填或不认识" "Stage blank or unknown"
        "这些行不评估" "These rows are not judged"
        "填 primary、junior 或 senior" "Fill in primary, junior or senior"
        "2025 年：800 行中有 2 行的学段未填或不是 primary、junior、senior，不评估" "2025: 2 of 800 rows have no stage or one that is none of primary, junior, senior; they are not judged";
    nation_section_empty Explain "学段没有学生" "Sections without students"
        "没有学生的学段没有生均数，不评估" "Without students there is no figure per student, so they are left out"
        "停办的学段删去，漏填的补上" "Take closed sections out, or fill in what was forgotten"
        "2025 年：3 个学段的在校生数为 0，不评估" "2025: 3 sections have 0 students and are left out";
    nation_column_missing Explain "没有这一列" "Column missing"
        "用到它的判定为无法判定" "What rests on it is undetermined"
        "有数据的话补上这一列" "Add the column if you have the figures"
        "2025 年：没有 multimedia_rooms 列，用到它的判定为无法判定" "2025: there is no column multimedia_rooms; what rests on it is undetermined";
    nation_column_unknown Note "不认识的列" "Unknown column"
        "这一列没有使用" "It was not used"
        "列名见 docs/nation.md" "docs/nation.md lists the columns"
        "year=2025/a.parquet：不认识 colour 列，未使用" "year=2025/a.parquet: the column colour is unknown and was not used";
    nation_year_before_standard Note "还没有国家标准的年份" "Years before any standard"
        "按最早的国家标准计算，仅供参考" "Judged by the oldest national standard, for information only"
        "也可以用 --standard 指定标准" "Or name a standard with --standard"
        "2002 至 2011 年还没有国家标准，按最早的标准计算，仅供参考" "no national standard was in force from 2002 to 2011; the oldest is used, for information only";
}
