//! Wording of the official tables Ⅳ and Ⅴ: what each item is called there, and its sentence of figures.

use std::collections::BTreeMap;

use junheng_core::evaluate::ItemResult;
use junheng_core::model::{Field, Stage, TableId};
use junheng_core::standard::{Group, ItemTest};
use junheng_core::verdict::Verdict;

use crate::Subject;
use crate::words::{decimals, formal, percent, ratio, whole};

/// Items of tables Ⅳ and Ⅴ by their id, as the form words them.
const NAMES: &[(&str, &str)] = &[
    ("G1", "县域内义务教育学校规划布局合理，符合国家规定要求"),
    (
        "G2",
        "县域内城乡义务教育学校建设标准统一、教师编制标准统一、生均公用经费基准定额统一、基本装备配置标准统一",
    ),
    (
        "G3",
        "所有小学、初中每12个班级配备音乐、美术专用教室1间以上；其中，每间音乐专用教室面积不小于96平方米，每间美术专用教室面积不小于90平方米",
    ),
    (
        "G4",
        "所有小学、初中学校规模不超过2000人，九年一贯制学校、十二年一贯制学校义务教育阶段规模不超过2500人",
    ),
    ("G5", "小学、初中所有班级学生数分别不超过45人、50人"),
    (
        "G6",
        "不足100人的规模较小学校（包括乡镇中心校附设的村小）按不低于100人核定公用经费",
    ),
    ("G7", "特殊教育学校生均公用经费不低于8000元"),
    (
        "G8",
        "全县义务教育学校教师平均工资收入水平不低于当地公务员平均工资收入水平，按规定足额核定教师绩效工资总量",
    ),
    ("G9", "教师5年360学时培训完成率达到100%"),
    (
        "G10",
        "县级教育行政部门在核定的教职工编制总额和岗位总量内，统筹分配各校教职工编制和岗位数量",
    ),
    (
        "G11",
        "全县每年交流轮岗教师的比例不低于符合交流轮岗条件教师总数的10%；其中，骨干教师不低于交流轮岗教师总数的20%",
    ),
    ("G12", "专任教师持有教师资格证上岗率达到100%"),
    (
        "G13",
        "城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别达到100%、95%以上",
    ),
    (
        "G14",
        "全县优质高中招生名额分配比例不低于50%，并向农村初中倾斜",
    ),
    (
        "G15",
        "留守儿童关爱体系健全，全县符合条件的随迁子女在公办学校和政府购买服务的民办学校就读的比例不低于85%",
    ),
    ("Q1", "全县初中三年巩固率达到95%以上"),
    ("Q2", "全县残疾儿童少年入学率达到95%以上"),
    ("Q3", "所有学校建立章程，实现学校管理与教学信息化"),
    (
        "Q4",
        "全县所有学校按照不低于学校年度公用经费预算总额的5%安排教师培训经费",
    ),
    (
        "Q5",
        "教师能熟练运用信息化手段组织教学，设施设备利用率达到较高水平",
    ),
    ("Q6", "所有学校德育工作、校园文化建设达到良好以上"),
    ("Q7", "课程开齐开足，教学秩序规范，综合实践活动有效开展"),
    ("Q8", "无过重课业负担"),
    (
        "Q9",
        "在国家义务教育质量监测中，相关科目学生学业水平达到Ⅲ级以上，且校际差异率低于0.15",
    ),
];

/// The items of a group in the order of the standard, with their ids.
pub(crate) fn items<'a>(subject: &Subject<'a>, group: Group) -> Vec<(&'a str, &'a ItemResult)> {
    subject
        .evaluation
        .items
        .iter()
        .map(|r| (&subject.standard.items[r.item], r))
        .filter(|(item, _)| item.group == group)
        .map(|(item, result)| (item.id.as_str(), result))
        .collect()
}

/// What the form calls an item; the standard's title where the form has none.
pub(crate) fn name(subject: &Subject<'_>, id: &str) -> String {
    if subject.standard.id == "cn-2017-6"
        && let Some((_, name)) = NAMES.iter().find(|(i, _)| *i == id)
    {
        return (*name).to_owned();
    }
    let item = subject.standard.items.iter().find(|i| i.id == id);
    item.map_or_else(|| id.to_owned(), |i| i.title.zh.clone())
}

/// 指标值或简要结论: the figures of an item in the words of the form, then who fails it.
pub(crate) fn conclusion(subject: &Subject<'_>, id: &str, result: &ItemResult) -> String {
    let mut text = match id {
        _ if subject.standard.id != "cn-2017-6" => other(subject, result),
        "G2" => quotas(subject),
        "G3" => rooms(result),
        "G4" => sizes(subject, result),
        "G5" => classes(subject, result),
        "G6" => small(subject),
        "G7" => special(subject),
        "G8" => pay(subject),
        "G9" | "G12" => teachers(subject, id, result),
        "G11" => rotation(subject, result),
        "G13" => zoned(result),
        "G14" => places(subject, result),
        "G15" => migrant(subject, result),
        "Q1" => retention(subject, result),
        "Q2" => disabled(subject, result),
        "Q4" => training(result),
        "Q9" | "E3" => monitoring(subject),
        "S1" => questionnaires(subject, result),
        "S2" => interviews(subject, result),
        _ => other(subject, result),
    };
    if result.verdict == Verdict::NotMet && !result.failing.is_empty() {
        text.push_str(&format!(
            "不达标学校：{}。",
            names(subject, &result.failing, 6)
        ));
    }
    // An item without figures has said so already.
    if result.by_attestation && !text.contains("县级自评") {
        text.push_str(match result.verdict {
            Verdict::Met => "县级自评达到，以自评结论为准。",
            Verdict::NotMet => "县级自评未达到，以自评结论为准。",
            _ => "",
        });
    }
    text
}

/// The names of schools by their ids.
pub(crate) fn names_by_id<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, &'a str> {
    let text = |field, row| subject.snapshot.text(field, row);
    (0..subject.snapshot.rows(TableId::Schools))
        .filter_map(|row| Some((text(Field::SchoolId, row)?, text(Field::SchoolName, row)?)))
        .collect()
}

/// The names of schools, the first few where there are many.
pub(crate) fn names(subject: &Subject<'_>, ids: &[String], most: usize) -> String {
    let name = |id: &String| {
        (0..subject.snapshot.rows(TableId::Schools))
            .find(|row| subject.snapshot.text(Field::SchoolId, *row) == Some(id))
            .and_then(|row| subject.snapshot.text(Field::SchoolName, row))
            .unwrap_or(id)
            .to_owned()
    };
    let listed: Vec<String> = ids.iter().take(most).map(name).collect();
    let more = if ids.len() > most {
        format!("等{}所", ids.len())
    } else {
        String::new()
    };
    format!("{}{more}", listed.join("、"))
}

/// An item without figures of the form: what sections or coefficients say, else what the county attests.
fn other(subject: &Subject<'_>, result: &ItemResult) -> String {
    let item = &subject.standard.items[result.item];
    match item.parts.first().map(|p| &p.test) {
        Some(ItemTest::SectionsPass(_)) => {
            let count = |verdict| {
                let all = subject.judged();
                all.iter().filter(|s| s.verdict == Some(verdict)).count()
            };
            let [met, short, open] =
                [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(count);
            return format!("学校（学段）达标{met}个，未达标{short}个，无法判定{open}个。");
        }
        Some(ItemTest::VariationWithin(rule)) => {
            let count = |verdict| {
                let all = subject.evaluation.variations.iter();
                all.filter(|v| v.rule == *rule && v.verdict == Some(verdict))
                    .count()
            };
            let [met, short, open] =
                [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(count);
            return format!("差异系数达标{met}项，超过标准{short}项，无法判定{open}项。");
        }
        _ => {}
    }
    if item.group == Group::Veto && result.verdict == Verdict::NotMet {
        return "已发生，一票否决。".to_owned();
    }
    // Points are no conclusion: `attest_` of an item of another standard says nothing here.
    if matches!(item.parts.first().map(|p| &p.test), Some(ItemTest::Score)) {
        let points = result.parts.first().and_then(|p| p.value);
        return match (points, result.verdict) {
            (Some(points), _) => format!("自评{}分。", decimals(Some(points), 2)),
            (None, Verdict::NotApplicable) => "标准分值不详，不单独判定。".to_owned(),
            (None, _) => "尚未评分。".to_owned(),
        };
    }
    match (result.attested, result.verdict) {
        (Some(true), _) => "县级自评达到，详见佐证材料。".to_owned(),
        (Some(false), _) => "县级自评未达到，详见整改清单。".to_owned(),
        (None, Verdict::Undetermined) => "尚未给出自评结论。".to_owned(),
        (None, _) => String::new(),
    }
}

/// The figures that fall short, in few words: "：骨干教师占交流轮岗教师16.87%"; blank where there is none.
pub(crate) fn short_parts(result: &ItemResult) -> String {
    let shares = result.parts.iter().filter_map(|p| {
        let (value, limit) = (p.value?, p.threshold?);
        let share = p.verdict == Verdict::NotMet && limit <= 1.0 && value <= 1.0;
        share.then(|| {
            format!(
                "{}{}%",
                formal(&p.title.zh),
                percent(Some(value), Some(limit))
            )
        })
    });
    let shares: Vec<String> = shares.collect();
    if shares.is_empty() {
        String::new()
    } else {
        format!("：{}", shares.join("，"))
    }
}

/// The value and limit of a part.
fn part(result: &ItemResult, id: &str) -> (Option<f64>, Option<f64>) {
    let found = result
        .parts
        .iter()
        .find(|p| p.id == id)
        .or(result.parts.first());
    (found.and_then(|p| p.value), found.and_then(|p| p.threshold))
}

fn part_percent(result: &ItemResult, id: &str) -> String {
    let (value, limit) = part(result, id);
    percent(value, limit)
}

fn quotas(s: &Subject<'_>) -> String {
    let figure = |field| decimals(s.fact(field), 2);
    format!(
        "小学生均公用经费基准定额{}元（省定{}元），初中{}元（省定{}元）。",
        figure(Field::QuotaPrimary),
        figure(Field::ProvincialQuotaPrimary),
        figure(Field::QuotaJunior),
        figure(Field::ProvincialQuotaJunior)
    )
}

fn rooms(result: &ItemResult) -> String {
    let of = |id: &str| whole(part(result, id).0);
    match result.verdict {
        Verdict::Met => "所有学校均已按标准配备。".to_owned(),
        _ => format!(
            "音乐专用教室不达标的学校{}所，美术专用教室不达标的学校{}所。",
            of("music"),
            of("art")
        ),
    }
}

/// Where counting begins; where there is nothing to count, a blank and no zero.
fn some(any: bool) -> Option<f64> {
    any.then_some(0.0)
}

/// Students of the compulsory stages of each school row.
fn students(s: &Subject<'_>) -> Vec<(usize, Option<f64>)> {
    s.evaluation
        .frame
        .taught()
        .filter(|(school, _)| !s.is_special(*school))
        .map(|(school, rows)| {
            let total = rows
                .iter()
                .try_fold(0.0, |sum, row| Some(sum + s.figure(Field::Students, *row)?));
            (school, total)
        })
        .collect()
}

fn sizes(s: &Subject<'_>, result: &ItemResult) -> String {
    let all = students(s);
    let over = |kinds: &[f64], limit: f64| -> Option<f64> {
        let mut count = some(!all.is_empty())?;
        for (school, total) in &all {
            if s.snapshot
                .number(Field::SchoolKind, *school)
                .is_some_and(|k| kinds.contains(&k))
            {
                count += f64::from(u8::from((*total)? > limit));
            }
        }
        Some(count)
    };
    let counts = [
        over(&[211.0, 218.0], 2000.0),
        over(&[311.0, 341.0], 2000.0),
        over(&[312.0, 345.0], 2500.0),
    ];
    let excused = result.verdict == Verdict::Met && counts.iter().flatten().any(|n| *n > 0.0);
    let [primary, junior, combined] = counts.map(whole);
    format!(
        "超过2000人的小学{primary}所，初中{junior}所，超过2500人的一贯制学校{combined}所。{}",
        if excused {
            "以上学校均符合例外条件，按例外标准评估。"
        } else {
            ""
        }
    )
}

fn classes(s: &Subject<'_>, result: &ItemResult) -> String {
    let over = |stage: Stage, limit: f64| -> Option<f64> {
        let mut count = some(!s.evaluation.frame.sections.is_empty())?;
        for (row, section) in s.evaluation.frame.sections.iter().enumerate() {
            let special = section.school.is_some_and(|school| s.is_special(school));
            if section.stage != Some(stage) || special {
                continue;
            }
            let listed = &s.evaluation.frame.classes[row];
            if listed.is_empty() {
                // The largest class alone says whether there is one, not how many.
                let largest = s.figure(Field::LargestClass, row)?;
                if largest > limit {
                    return None;
                }
            }
            for (_, size) in listed {
                if size.is_nan() {
                    return None;
                }
                count += f64::from(u8::from(*size > limit));
            }
        }
        Some(count)
    };
    if result.verdict == Verdict::Met {
        return "超过45人的小学班级0个，超过50人的初中班级0个。".to_owned();
    }
    format!(
        "超过45人的小学班级{}个，超过50人的初中班级{}个。",
        whole(over(Stage::Primary, 45.0)),
        whole(over(Stage::Junior, 50.0))
    )
}

fn small(s: &Subject<'_>) -> String {
    let any = s.evaluation.frame.taught().next().is_some();
    let (mut pupils, mut fund) = (some(any), some(any));
    for (school, rows) in s.evaluation.frame.taught() {
        // Senior students count towards the size of the school.
        let kin = s.evaluation.frame.kin(school);
        let total = kin
            .iter()
            .try_fold(0.0, |sum, row| Some(sum + s.figure(Field::Students, *row)?));
        if s.is_special(school) {
            continue;
        }
        match total {
            None => (pupils, fund) = (None, None),
            Some(total) if total < 100.0 => {
                pupils = pupils.map(|p| p + total);
                for row in rows {
                    let own = s.figure(Field::PublicFund, *row);
                    fund = fund.zip(own).map(|(a, b)| a + b);
                }
            }
            Some(_) => {}
        }
    }
    if pupils == Some(0.0) {
        return "没有不足100人的学校。".to_owned();
    }
    format!(
        "不足100人的规模较小学校学生数{}人，公用经费{}元。",
        whole(pupils),
        whole(fund)
    )
}

fn special(s: &Subject<'_>) -> String {
    let (fund, pupils) = (s.fact(Field::SpecialFund), s.fact(Field::SpecialStudents));
    if pupils == Some(0.0) {
        return "没有特殊教育学校学生。".to_owned();
    }
    let each = ratio(fund, pupils)
        .map_or_else(|| whole(None), |x| junheng_core::show::beside(x, 8000.0, 0));
    format!(
        "特殊教育学校公用经费为{}万元，特殊教育学生数为{}人，特殊教育学校生均公用经费为{each}元。",
        decimals(fund.map(|f| f / 10_000.0), 2),
        whole(pupils),
    )
}

fn pay(s: &Subject<'_>) -> String {
    let (teachers, servants) = (s.fact(Field::TeacherPay), s.fact(Field::CivilServantPay));
    let own = match (teachers, servants) {
        (Some(t), Some(c)) => junheng_core::show::beside(t, c, 0),
        (t, _) => whole(t),
    };
    format!(
        "全县义务教育学校教师年平均工资收入为{own}元，当地公务员年平均工资收入{}元。",
        decimals(servants, 2)
    )
}

fn teachers(s: &Subject<'_>, id: &str, result: &ItemResult) -> String {
    let total = |field| {
        Stage::JUDGED
            .iter()
            .try_fold(0.0, |sum, stage| Some(sum + scope_sum(s, *stage, field)?))
    };
    let all = whole(total(Field::FullTimeTeachers));
    if id == "G9" {
        let done = whole(total(Field::Trained360));
        let share = part_percent(result, "trained");
        format!("完成360学时培训的教师{done}人，全县教师{all}人，教师培训完成率{share}%。")
    } else {
        let done = whole(total(Field::CertifiedTeachers));
        let share = part_percent(result, "certified");
        format!("全县在岗专任教师{all}人，其中持有教师资格证的专任教师{done}人，占比{share}%。")
    }
}

/// A sum over the sections in scope, as the item itself counts.
fn scope_sum(s: &Subject<'_>, stage: Stage, field: Field) -> Option<f64> {
    let start = some(!s.judged().is_empty())?;
    s.sections(stage).iter().try_fold(start, |sum, section| {
        Some(sum + s.figure(field, section.row)?)
    })
}

fn rotation(s: &Subject<'_>, result: &ItemResult) -> String {
    format!(
        "全县符合交流轮岗条件教师总数{}名，上一年度交流轮岗教师{}名，交流轮岗教师占符合交流轮岗条件教师总数的比例{}%；交流轮岗的骨干教师{}名，占交流轮岗教师总数的比例{}%。",
        whole(s.fact(Field::RotationEligible)),
        whole(s.fact(Field::Rotated)),
        part_percent(result, "rotated"),
        whole(s.fact(Field::RotatedBackbone)),
        part_percent(result, "backbone"),
    )
}

fn zoned(result: &ItemResult) -> String {
    let share = |id: &str| match result.parts.iter().find(|p| p.id == id) {
        Some(p) if p.verdict == Verdict::NotApplicable => "不适用".to_owned(),
        _ => format!("{}%", part_percent(result, id)),
    };
    format!(
        "城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别为{}、{}。",
        share("primary"),
        share("junior")
    )
}

fn places(s: &Subject<'_>, result: &ItemResult) -> String {
    let (all, given) = (
        s.fact(Field::SeniorHighPlaces),
        s.fact(Field::SeniorHighAllocated),
    );
    let rural = s.fact(Field::SeniorHighAllocatedRural);
    format!(
        "全县优质高中招生名额总数{}人，分配名额{}人，占比{}%。其中分配农村学校的名额{}人，占分配名额总数的{}%。",
        whole(all),
        whole(given),
        part_percent(result, "allocated"),
        whole(rural),
        percent(ratio(rural, given), None)
    )
}

fn migrant(s: &Subject<'_>, result: &ItemResult) -> String {
    let (public, bought) = (
        s.fact(Field::MigrantPublic),
        s.fact(Field::MigrantPurchased),
    );
    let both = public.zip(bought).map(|(a, b)| a + b);
    format!(
        "全县符合条件的随迁子女数{}人，在公办学校就读{}人，在政府购买服务的民办学校就读{}人，合计{}人，占比{}%。",
        whole(s.fact(Field::MigrantEligible)),
        whole(public),
        whole(bought),
        whole(both),
        part_percent(result, "migrant")
    )
}

fn retention(s: &Subject<'_>, result: &ItemResult) -> String {
    format!(
        "全县初中毕业班学生数为{}人，三年前该年级入学学生数为{}人，毕业年级三年转入学生数为{}人，死亡学生数为{}人，转出学生数为{}人，全县初中三年巩固率为{}%。",
        whole(s.fact(Field::CohortGraduated)),
        whole(s.fact(Field::CohortEntered)),
        whole(s.fact(Field::CohortIn)),
        whole(s.fact(Field::CohortDied)),
        whole(s.fact(Field::CohortOut)),
        part_percent(result, "")
    )
}

fn disabled(s: &Subject<'_>, result: &ItemResult) -> String {
    let special = s.fact(Field::SpecialStudents);
    let enrolled = s.fact(Field::DisabledEnrolled);
    format!(
        "全县残疾儿童少年为{}人，入学{}人，入学率为{}%。其中，在特殊教育学校就读{}人，占比{}%。",
        whole(s.fact(Field::DisabledChildren)),
        whole(enrolled),
        part_percent(result, "enrolled"),
        whole(special),
        percent(ratio(special, enrolled), None)
    )
}

fn training(result: &ItemResult) -> String {
    match (result.verdict, part(result, "training").0) {
        (Verdict::Met, _) => "所有学校均不低于5%。".to_owned(),
        (Verdict::NotMet, Some(n)) => format!("低于5%的学校{}所。", whole(Some(n))),
        _ => "有学校数据未填，尚不能给出结论。".to_owned(),
    }
}

fn questionnaires(s: &Subject<'_>, result: &ItemResult) -> String {
    format!(
        "发放问卷{}份，回收有效问卷{}份，其中满意{}份，综合满意度{}%。",
        whole(s.fact(Field::Questionnaires)),
        whole(s.fact(Field::QuestionnairesValid)),
        whole(s.fact(Field::QuestionnairesSatisfied)),
        part_percent(result, "questionnaires")
    )
}

fn interviews(s: &Subject<'_>, result: &ItemResult) -> String {
    format!(
        "实地走访{}人，其中满意{}人，满意度{}%。",
        whole(s.fact(Field::Interviews)),
        whole(s.fact(Field::InterviewsSatisfied)),
        part_percent(result, "interviews")
    )
}

fn monitoring(s: &Subject<'_>) -> String {
    use Field::{
        DifferenceArts, DifferenceChinese, DifferenceMathematics, DifferenceMoral, DifferencePe,
        DifferenceScience, LevelArts, LevelChinese, LevelMathematics, LevelMoral, LevelPe,
        LevelScience,
    };
    const ROMAN: [&str; 5] = ["", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"];
    let figures = [
        ("语文", LevelChinese, DifferenceChinese),
        ("数学", LevelMathematics, DifferenceMathematics),
        ("科学", LevelScience, DifferenceScience),
        ("体育", LevelPe, DifferencePe),
        ("艺术", LevelArts, DifferenceArts),
        ("德育", LevelMoral, DifferenceMoral),
    ];
    let each = figures.map(|(name, level, difference)| {
        let level = match s.fact(level) {
            Some(x) if (1.0..=4.0).contains(&x) && x.fract() == 0.0 => ROMAN[x as usize].to_owned(),
            other => whole(other),
        };
        let difference = s.fact(difference).map_or_else(
            || whole(None),
            |x| junheng_core::show::column(x, Some(0.15), 2),
        );
        format!("{name}{level}级、校际差异率{difference}")
    });
    format!("{}。", each.join("；"))
}
