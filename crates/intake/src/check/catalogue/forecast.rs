//! Findings of a forecast about the history it learns from.

use super::Entry;

entries! {
    forecast_no_history Error "没有历年在校生" "No enrolment of past years"
        "没有可学的过去，无法预测" "There is no past to learn from"
        "填写“历年在校生”表：每校每年每年级一行" "Fill in `enrolment_history`: a row per school, year and grade"
        "没有可用的历年在校生数，无法预测" "No usable enrolment of past years: nothing can be forecast";
    forecast_bad_figure Error "历年数据不能用" "Unusable figure of a past year"
        "这一行预测时未计入" "The row was left out"
        "年份为四位数，年级 0 至 12，人数不小于 0、小于一千万" "A year of four digits, a grade from 0 to 12, students not below 0 and below ten million"
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
    forecast_filled Explain "年级空缺" "Blank grade of the latest year"
        "以上下两个年级的平均人数代替" "The mean of the grades below and above stands in"
        "补上该年级人数；没有学生的填 0" "Give the figure of the grade; write 0 where there are no students"
        "青川镇中心小学(21)：2025 年 3 年级没有人数，按上下两个年级的平均 41 人推算" "青川镇中心小学 (21): no figure of grade 3 in 2025; the mean of the grades below and above, 41, stands in";
    forecast_one_year Explain "只有一年数据" "Only one year is known"
        "升级比例按 1 计，区间用经验值，只能作粗略参考" "Cohorts keep their size and intervals are those of other places: a rough guide only"
        "补上前几年的数据，最好五年以上" "Add earlier years, five or more"
        "只有 2025 年一年的数据：升级比例按 1 计，区间按经验值，只能作粗略参考" "Only 2025 is known: every cohort is taken to keep its size and the intervals are those of other places; a rough guide only";
    forecast_short Note "历年数据较短" "Short history"
        "升级比例和区间主要依靠经验值" "Ratios and intervals lean on the experience of other places"
        "补上更早的数据，最好五年以上" "Add earlier years, five or more"
        "只有 2023 至 2025 年的数据，升级比例和区间主要依靠经验值" "Only 2023 to 2025 are known: ratios and intervals lean on the experience of other places";
    forecast_housing Explain "住宅项目不完整" "Incomplete housing project"
        "缺入住年份或套数，未计入" "Without year or dwellings it is left out"
        "补上入住年份(四位数)和套数" "Give the year (four digits) and the dwellings"
        "住宅项目 h1：缺入住年份或套数，或不是可用的数，未计入预测" "Housing project h1: its year or its dwellings are missing or no usable number; left out";
    forecast_housing_school Explain "住宅项目没有服务学校" "Housing project without a school"
        "该学段的学生未计入" "Its students of that level are left out"
        "补上或更正该学段的服务学校(或乡镇)" "Give or correct the school of that level (or the township)"
        "住宅项目 h1：没有写服务学校，其乡镇也没有这一学段的学校，初中学生未计入预测" "Housing project h1: no school is named, and its township has none of that level; its junior students are left out";
    forecast_no_yield Note "没有每百套学生数" "No students per 100 dwellings"
        "该学段未计入预测" "The stage is not counted"
        "按本地已入住小区的实际比例填写" "Give the ratio seen in estates where people live already"
        "住宅项目 h1：没有每百套小学学生数，该学段未计入预测" "Housing project h1: no primary students per 100 dwellings; not counted";
    forecast_adjustment Explain "预测调整不能用" "Unusable adjustment"
        "学校、学段、年份或人数不能用，未采用" "School, stage, year or students cannot be used; left out"
        "年份须晚于历年数据的最后一年，学校须在预测之列" "The year must be after the last one of the history, the school one that is forecast"
        "预测调整第 2 条（学校 21）：学校、学段、年份或人数不能用，未采用" "Adjustment 2 (school 21): school, stage, year or students cannot be used; left out";
    forecast_adjusted_twice Explain "预测调整重复" "Adjustment given twice"
        "同一学校、年份、年级已有一条，后一条未采用" "There is one of the same school, year and grade; the later one is left out"
        "只保留一条" "Keep one of them"
        "预测调整第 3 条（学校 21）：同一学校、年份、年级已有一条，未采用" "Adjustment 3 (school 21): there is one of the same school, year and grade already; left out";
    forecast_housing_past Note "住宅项目已入住" "Housing lived in already"
        "其学生已在历年在校生中，不再另加" "Its students are in the history and are not added again"
        "尚未住满的，把今后入住的套数另列一行" "If it is not full yet, give the dwellings still to come a row of their own"
        "住宅项目 h1：2025 年或以前已入住，其学生已在历年在校生中，不再另加" "Housing project h1: lived in by 2025; its students are in the history and are not added again";
    forecast_no_past Explain "有学生没有历年数据" "Students without a past"
        "不作预测，乡镇和全县的合计不含这些学生" "Not forecast, and missing in the totals of its township and the county"
        "在“历年在校生”表补上该校各年级人数，至少最近一年" "Add its grades to `enrolment_history`, at least those of the latest year"
        "学校 21 小学：现有学生 321 人，没有历年在校生，不作预测，乡镇和全县的合计不含这些学生" "School 21, primary: 321 students now and none in the history; not forecast, and missing in the totals of its township and the county";
    forecast_other_year Note "历年数据与学年不一致" "The history ends in another school year"
        "预测从历年数据最后一年的下一年起" "The forecast begins with the year after the last one of the history"
        "核对学年，或补上(更正)历年数据的最后一年" "See to the school year, or add (correct) the last year of the history"
        "历年在校生到 2024 年，县情的学年从 2025 年起：预测从 2025 年起" "The history ends with 2024, the county's school year is 2025: the forecast begins with 2025";
    forecast_far_year Error "年份误填" "Slip of the year"
        "按误填处理，预测时未计入" "Taken as a slip and left out"
        "核对这些行的年份" "See to the year of these rows"
        "历年在校生中 2099 年只有少数学校的数据，前一个有数据的年份是 2025 年：按误填处理，预测时未计入" "In the history 2099 has figures of few schools, and the year with figures before it is 2025: taken as a slip and left out";
    forecast_no_school_there Note "乡镇没有学校" "Township without a school"
        "出生只计入全县，登记未计入" "Births count for the county only, registered children for none"
        "核对学校表和出生、学前登记表中的乡镇名称是否一致" "See whether the township has the same name in `schools` and in `births` or `preschool`"
        "青川镇：有出生或学前登记人数，没有学校属于该乡镇；出生只计入全县，登记未计入" "青川镇: births or registered children, but no school of that township; births count for the county only, registered children for none";
    forecast_not_listed Explain "学校表中没有的学校" "School that is not in `schools`"
        "照常预测，计入全县，不属于任何乡镇" "It is forecast and counts for the county, not for a township"
        "在学校表补上该校；已停办的，从“历年在校生”表中去掉最近一年" "Add it to `schools`; if it is closed, take the latest year out of `enrolment_history`"
        "学校 21：学校表中没有，历年在校生表中有最近一年的数据；照常预测，计入全县，不属于任何乡镇" "School 21 is not in `schools` but has figures of the latest year: it is forecast and counts for the county, not for a township";
    forecast_cut Explain "学前登记或出生人数异常" "Register or births out of the ordinary"
        "高于往年的 3 倍或低于 0.3 倍，只按界限计" "Above three times, or below 0.3 times, the past only the limit counts"
        "核对这个数；属实的，用“预测调整”表填写一年级人数" "See to the figure; if it is right, give the entrants in `forecast_adjustments`"
        "青川镇：2026 年入学的学前登记人数是常年一年级新生的 4.2 倍，只按 3.0 倍计" "青川镇: the registered children for 2026 are 4.2 times the usual entrants; taken as 3.0 times";
}
