//! Findings of a forecast about the history it learns from.

use super::Entry;

entries! {
    forecast_no_history Error "没有历年在校生" "No enrolment of past years"
        "没有可学的过去，无法预测" "There is no past to learn from"
        "填写“历年在校生”表：每校每年每年级一行" "Fill in `enrolment_history`: a row per school, year and grade"
        "没有可用的历年在校生数，无法预测" "No usable enrolment of past years: nothing can be forecast";
    forecast_bad_figure Error "历年数据不能用" "Unusable figure of a past year"
        "这一行预测时未计入" "The row was left out"
        "年份为四位数，年级 0 至 12，人数不小于 0" "A year of four digits, a grade from 0 to 12, students not below 0"
        "学校 21：2024 年 15 年级 30 人不能用，预测时未计入" "School 21: year 2024, grade 15, 30 students cannot be used and was left out";
    forecast_closed Note "学校已停办" "School taken as closed"
        "近年没有在校生，不作预测" "It had no students lately and is not forecast"
        "如仍在办学，补上最近一年的数据" "If it is open, add its latest year"
        "青川镇中心小学(21)：2022 年以后没有在校生，按已停办处理，不作预测" "青川镇中心小学 (21): no students after 2022; taken as closed and not forecast";
    forecast_late Explain "缺最近一年" "Latest year missing"
        "以更早一年代替，区间相应放宽" "An earlier year stands in, with wider intervals"
        "补上最近一年各年级人数" "Add the grades of the latest year"
        "青川镇中心小学(21)：缺 2025 年数据，以 2024 年的数据代替，区间相应放宽" "青川镇中心小学 (21): no figures of 2025; those of 2024 stand in, with wider intervals";
    forecast_gap Note "年级不连续" "Grade missing in between"
        "后一年级按往年人数推算" "The grade above follows its own past"
        "核对是否漏填" "See whether a row is missing"
        "青川镇中心小学(21)：有 4 年级，没有 3 年级；4 年级按往年人数推算" "青川镇中心小学 (21): grade 4 without grade 3; grade 4 follows its own past";
    forecast_one_year Explain "只有一年数据" "Only one year is known"
        "升级比例按 1 计，区间用经验值，只能作粗略参考" "Cohorts keep their size and intervals are those of other places: a rough guide only"
        "补上前几年的数据，最好五年以上" "Add earlier years, five or more"
        "只有 2025 年一年的数据：升级比例按 1 计，区间按经验值，只能作粗略参考" "Only 2025 is known: every cohort is taken to keep its size and the intervals are those of other places; a rough guide only";
    forecast_short Note "历年数据较短" "Short history"
        "升级比例和区间主要依靠经验值" "Ratios and intervals lean on the experience of other places"
        "补上更早的数据，最好五年以上" "Add earlier years, five or more"
        "只有 2023 至 2025 年的数据，升级比例和区间主要依靠经验值" "Only 2023 to 2025 are known: ratios and intervals lean on the experience of other places";
    forecast_housing Explain "住宅项目不完整" "Incomplete housing project"
        "缺入住年份、套数或服务学校，未计入" "Without year, dwellings or a school to serve it, it is left out"
        "补上入住年份、套数和服务学校(或乡镇)" "Give the year, the dwellings and the schools of its zone (or its township)"
        "住宅项目 h1：缺入住年份、套数，或找不到服务的学校，未计入预测" "Housing project h1: year, dwellings or a school to serve it is missing; left out";
    forecast_no_yield Note "没有每百套学生数" "No students per 100 dwellings"
        "该学段未计入预测" "The stage is not counted"
        "按本地已入住小区的实际比例填写" "Give the ratio seen in estates where people live already"
        "住宅项目 h1：没有每百套小学学生数，该学段未计入预测" "Housing project h1: no primary students per 100 dwellings; not counted";
    forecast_adjustment Explain "预测调整不能用" "Unusable adjustment"
        "学校、学段、年份或人数不能用，未采用" "School, stage, year or students cannot be used; left out"
        "年份须晚于历年数据的最后一年，学校须在预测之列" "The year must be after the last one of the history, the school one that is forecast"
        "预测调整第 2 条（学校 21）：学校、学段、年份或人数不能用，未采用" "Adjustment 2 (school 21): school, stage, year or students cannot be used; left out";
}
