//! Reports: what they say, and that they say it again.

use std::io::{Cursor, Read};

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::Field;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;
use junheng_paper::compose::{Kind, Scene, Templates, compose};
use junheng_paper::model::{Block, Manner, Paper, Table};
use junheng_paper::seal::Seal;
use junheng_paper::{docx, pdf};

use crate::county::{County, standard, subject};

pub(crate) fn made(county: &County, kind: Kind) -> Paper {
    let standard = standard("cn-2017-6");
    let evaluation = county.judged(&standard);
    let scene = Scene::new(subject(county, &standard, &evaluation));
    compose(&scene, kind, &Templates::new()).unwrap()
}

pub(crate) fn whole(paper: &Paper) -> String {
    paper.texts().collect::<Vec<_>>().join("\n")
}

pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn headings(paper: &Paper) -> Vec<&str> {
    let body = paper.body.iter();
    body.filter_map(|b| match b {
        Block::Heading(1, text) => Some(text.as_str()),
        _ => None,
    })
    .collect()
}

pub(crate) fn table<'a>(paper: &'a Paper, caption: &str) -> &'a Table {
    let mut body = paper.body.iter();
    body.find_map(|b| match b {
        Block::Table(t) if t.caption.ends_with(caption) => Some(t),
        _ => None,
    })
    .unwrap_or_else(|| panic!("{caption}"))
}

#[test]
fn the_report_has_the_six_chapters_in_their_order() {
    let paper = made(&County::plain(), Kind::SelfEvaluation);
    assert_eq!(
        headings(&paper),
        [
            "一、基本情况",
            "二、资金投入",
            "三、取得成效",
            "四、各项指标完成情况",
            "五、存在问题与整改措施",
            "六、自评结论",
            "附件　指标依据与数据来源"
        ]
    );
    assert!(paper.contents);
    assert!(paper.red_head.is_none());
}

#[test]
fn teaching_points_come_last() {
    let paper = made(&County::plain(), Kind::SelfEvaluation);
    let table = table(&paper, "小学各校资源配置情况");
    let names: Vec<&str> = table.rows.iter().map(|r| r[1].as_str()).collect();
    assert_eq!(names, ["标准", "第一小学", "第二小学", "镕山教学点"]);
}

#[test]
fn a_number_never_contradicts_its_verdict() {
    let mut county = County::plain();
    // 4.1999 of 4.2: two decimals would read as reached.
    county.set(Field::TeachersAboveDegree, 1, 8.3998);
    // Just above the floor of 6.375.
    county.set(Field::SportsGround, 2, 6.375_01 * 300.0 - 150.0);
    let paper = made(&county, Kind::SelfEvaluation);
    let table = table(&paper, "小学各校资源配置情况");
    assert_eq!(table.rows[1][3], "4.1999△");
    assert_eq!(table.rows[2][7], "6.38△");
    assert_eq!(table.rows[1][10], "达标");
}

#[test]
fn a_figure_just_below_the_floor_reads_so_in_words_too() {
    let mut county = County::plain();
    // The floor of 4.2 is 3.57.
    county.set(Field::TeachersAboveDegree, 1, 3.569_99 * 2.0);
    let text = whole(&made(&county, Kind::SelfEvaluation));
    assert!(text.contains("为3.56999，标准4.2"), "{text}");
    assert!(text.contains("3.56999×"), "{text}");
}

#[test]
fn an_attestation_that_decides_says_so_and_agrees() {
    let mut county = County::plain();
    for (value, words) in [("met", "县级自评达到"), ("not_met", "县级自评未达到")] {
        // Half of what G8 compares is blank.
        county.set(Field::TeacherPay, 0, 110_000.0);
        let fact = junheng_core::model::Fact {
            value: value.into(),
            cell: None,
        };
        county.snapshot.facts.insert("attest_G8".into(), fact);
        let paper = made(&county, Kind::SelfEvaluation);
        let rows = &table(&paper, "政府保障程度各项完成情况").rows;
        let row = rows.iter().find(|r| r[0] == "G8").unwrap();
        assert!(
            row[2].ends_with(&format!("{words}，以自评结论为准。")),
            "{row:?}"
        );
    }
}

#[test]
fn what_vetoes_is_named_first() {
    let mut county = County::plain();
    county.set(Field::LargestClass, 1, 60.0);
    county.set_text(Field::VetoFalsified, 0, "yes");
    let text = whole(&made(&county, Kind::Briefing));
    assert!(text.contains("1．发生一票否决事项"), "{text}");
}

/// One finding of each severity named, explained or not.
fn reviewed(county: &County, severities: &[Severity], reasons: &[&str]) -> String {
    let standard = standard("cn-2017-6");
    let evaluation = county.judged(&standard);
    let finding = |severity: &Severity| Finding {
        code: "a",
        severity: *severity,
        place: Place::default(),
        message: Text::same("?"),
        hint: Text::same("!"),
    };
    let findings: Vec<Finding> = severities.iter().map(finding).collect();
    let reasons: Vec<String> = reasons.iter().map(|&r| r.to_owned()).collect();
    let scene = Scene {
        findings: &findings,
        reasons: &reasons,
        ..Scene::new(subject(county, &standard, &evaluation))
    };
    whole(&compose(&scene, Kind::Review, &Templates::new()).unwrap())
}

#[test]
fn a_review_lets_nothing_pass_that_is_open() {
    use Severity::{Error, Explain};
    let county = County::plain();
    let open = reviewed(&county, &[], &[]);
    assert!(!open.contains("校验，可以上报"), "{open}");
    assert!(open.contains("须补齐，完成后可以上报"), "{open}");
    let odd = reviewed(&county, &[Explain, Explain], &["", "属实"]);
    assert!(odd.contains("尚有1处须逐条说明"), "{odd}");
    let said = reviewed(&county, &[Explain], &["属实"]);
    assert!(!said.contains("须逐条说明"), "{said}");
    let wrong = reviewed(&county, &[Error, Explain], &["", "属实"]);
    assert!(wrong.contains("有1处须改正"), "{wrong}");
}

#[test]
fn open_is_not_zero_and_not_failed() {
    let mut county = County::plain();
    county.set(Field::BackboneTeachers, 3, f64::NAN);
    let paper = made(&county, Kind::SelfEvaluation);
    let text = whole(&paper);
    assert!(text.contains("暂不能作出自评结论"), "{text}");
    assert!(text.contains("县级以上骨干教师数（1所）"), "{text}");
    assert_eq!(table(&paper, "初中各校资源配置情况").rows[1][4], "未填");
    assert!(!text.contains("自评结论为：达到"));
}

#[test]
fn a_veto_decides() {
    let mut county = County::plain();
    county.set_text(Field::VetoFalsified, 0, "yes");
    let text = whole(&made(&county, Kind::SelfEvaluation));
    assert!(text.contains("存在一票否决事项"), "{text}");
    assert!(text.contains("自评结论为：未达到"), "{text}");
}

#[test]
fn a_county_that_is_met_reads_so() {
    let mut county = County::plain();
    let standard = standard("cn-2017-6");
    // Every figure and attestation a county gives, comfortably.
    for (field, value) in [
        (Field::QuotaPrimary, 900.0),
        (Field::ProvincialQuotaPrimary, 800.0),
        (Field::QuotaJunior, 1100.0),
        (Field::ProvincialQuotaJunior, 1000.0),
        (Field::SpecialFund, 900_000.0),
        (Field::SpecialStudents, 100.0),
        (Field::TeacherPay, 110_000.0),
        (Field::CivilServantPay, 100_000.0),
        (Field::RotationEligible, 100.0),
        (Field::Rotated, 20.0),
        (Field::RotatedBackbone, 5.0),
        (Field::SeniorHighPlaces, 100.0),
        (Field::SeniorHighAllocated, 60.0),
        (Field::MigrantEligible, 100.0),
        (Field::MigrantPublic, 90.0),
        (Field::MigrantPurchased, 5.0),
        (Field::CohortEntered, 100.0),
        (Field::CohortIn, 0.0),
        (Field::CohortOut, 0.0),
        (Field::CohortDied, 0.0),
        (Field::CohortGraduated, 99.0),
        (Field::DisabledChildren, 100.0),
        (Field::DisabledEnrolled, 99.0),
        (Field::LevelChinese, 3.0),
        (Field::DifferenceChinese, 0.1),
        (Field::QuestionnairesValid, 100.0),
        (Field::QuestionnairesSatisfied, 95.0),
        (Field::Interviews, 100.0),
        (Field::InterviewsSatisfied, 95.0),
    ] {
        county.set(field, 0, value);
    }
    for field in [
        Field::VetoExam,
        Field::VetoChoice,
        Field::VetoKeySchool,
        Field::VetoKeyClass,
        Field::VetoPosts,
        Field::VetoSafety,
        Field::VetoFalsified,
    ] {
        county.set_text(field, 0, "no");
    }
    for id in standard.items.iter().map(|i| i.id.clone()) {
        let fact = junheng_core::model::Fact {
            value: "met".into(),
            cell: None,
        };
        county.snapshot.facts.insert(format!("attest_{id}"), fact);
    }
    for (row, locale) in [(0, 220.0), (1, 111.0), (2, 111.0), (3, 121.0)] {
        county.set(Field::Locale, row, locale);
        county.set(Field::Boarding, row, 0.0);
        county.set(Field::LargestClass, row, 40.0);
    }
    let evaluation = county.judged(&standard);
    let open: Vec<&str> = evaluation
        .items
        .iter()
        .filter(|r| !matches!(r.verdict, Verdict::Met | Verdict::NotApplicable))
        .map(|r| standard.items[r.item].id.as_str())
        .collect();
    // Rooms are not listed, so G3 rests on what the county attests.
    assert_eq!(open, [] as [&str; 0]);
    let text = whole(&made(&county, Kind::SelfEvaluation));
    assert!(text.contains("自评结论为：达到"), "{text}");
    assert!(text.contains("各项均已达标"));
    assert!(!text.contains("未达标的有"));
    let weak = whole(&made(&county, Kind::WeakSchools));
    assert!(weak.contains("不需列入改造计划"), "{weak}");
}

#[test]
fn an_empty_county_reads_right_in_every_kind() {
    let county = County::empty("空县");
    for kind in Kind::ALL {
        let paper = made(&county, kind);
        let text = whole(&paper);
        assert!(
            !text.contains("NaN") && !text.contains("inf"),
            "{kind:?}\n{text}"
        );
        docx(&paper).unwrap();
    }
    let text = whole(&made(&county, Kind::SelfEvaluation));
    assert!(text.contains("没有纳入资源配置评估的学校"), "{text}");
    assert!(text.contains("暂不能作出自评结论"), "{text}");
    // Nothing was counted, so nothing is 0.
    for counted in ["小学0所", "没有不足100人的学校", "教师0人", "班级0个"] {
        assert!(!text.contains(counted), "{text}");
    }
    let weak = whole(&made(&county, Kind::WeakSchools));
    assert!(!weak.contains("不需列入"), "{weak}");
    let page = whole(&made(&county, Kind::School));
    assert!(page.contains("没有可以反馈的学校"), "{page}");
    assert!(!whole(&made(&county, Kind::Briefing)).contains("主要问题"));
}

#[test]
fn the_seal_follows_the_figures_and_nothing_else() {
    let standard = standard("cn-2017-6");
    let county = County::plain();
    let hash = |county: &County| {
        let evaluation = county.judged(&standard);
        Seal::of(&subject(county, &standard, &evaluation)).evaluation
    };
    let mut moved = County::plain();
    moved.snapshot.sources[0].file = "other.xlsx".into();
    assert_eq!(hash(&county), hash(&moved));
    moved.set(Field::SportsGround, 1, 2200.01);
    assert_ne!(hash(&county), hash(&moved));
}

#[test]
fn a_word_file_carries_its_seal_and_the_hash_of_its_content() {
    let paper = made(&County::plain(), Kind::SelfEvaluation);
    let bytes = docx(&paper).unwrap();
    let custom = part(&bytes, "docProps/custom.xml");
    assert!(custom.contains(&paper.seal.as_ref().unwrap().evaluation));
    assert!(custom.contains("junheng-words-1") && custom.contains("junheng-margins"));
    let document = part(&bytes, "word/document.xml");
    assert!(document.contains("TOC \\o \"1-2\" \\h \\z \\u"));
    assert!(document.contains("<w:tblHeader/>"));
    assert!(part(&bytes, "word/settings.xml").contains("<w:updateFields"));
    assert!(part(&bytes, "docProps/core.xml").contains("2025-09-01T00:00:00Z"));
}

/// Pages of a PDF: its page objects stand outside of streams.
fn pages(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes)
        .matches("/Type/Page/")
        .count()
}

#[test]
fn a_briefing_is_one_page() {
    let mut long = County::plain();
    for row in 0..4 {
        long.set_text(Field::SchoolName, row, &"喆堃镕".repeat(20));
        for field in [Field::SportsGround, Field::Equipment, Field::TeachingArea] {
            long.set(field, row, 1.0);
        }
    }
    for county in [County::plain(), long, County::empty("空县")] {
        let mut paper = made(&county, Kind::Briefing);
        paper.red_head = Some("喆堃县人民政府教育督导委员会办公室".to_owned());
        assert_eq!(pages(&pdf(&paper).unwrap()), 1);
    }
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    let (one, two) = (
        made(&County::plain(), Kind::Briefing),
        made(&County::plain(), Kind::Briefing),
    );
    assert_eq!(one, two);
    assert_eq!(docx(&one).unwrap(), docx(&two).unwrap());
    let pages = pdf(&one).unwrap();
    assert_eq!(pages, pdf(&two).unwrap());
    assert!(pages.starts_with(b"%PDF-1.7"));
    let has = |text: &[u8]| pages.windows(text.len()).any(|w| w == text);
    assert!(has(b"<pdfaid:part>2</pdfaid:part>"));
    assert!(has(b"<pdfaid:conformance>B</pdfaid:conformance>"));
    assert!(has(one.seal.as_ref().unwrap().evaluation.as_bytes()));
}

#[test]
fn any_name_prints() {
    let mut county = County::plain();
    let long = "㛃".repeat(60);
    for (row, name) in [long.as_str(), "\"#eval(1)\\", "𠀀😀<&>", "=1+1\u{1}"]
        .iter()
        .enumerate()
    {
        county.set_text(Field::SchoolName, row, name);
    }
    for kind in [Kind::Briefing, Kind::Rectification] {
        let paper = made(&county, kind);
        pdf(&paper).unwrap();
        docx(&paper).unwrap();
    }
    let paper = made(&county, Kind::SelfEvaluation);
    pdf(&paper).unwrap();
    let document = part(&docx(&paper).unwrap(), "word/document.xml");
    assert!(document.contains("𠀀😀&lt;&amp;&gt;"));
    assert!(!document.contains('\u{1}'));
}

#[test]
fn a_bureau_may_change_the_words() {
    let standard = standard("cn-2017-6");
    let county = County::plain();
    let evaluation = county.judged(&standard);
    let scene = Scene {
        red_head: Some("喆堃县教育局文件"),
        ..Scene::new(subject(&county, &standard, &evaluation))
    };
    let own = |text: &str| Templates::from([("briefing.md".to_owned(), text.to_owned())]);
    let paper = compose(
        &scene,
        Kind::Briefing,
        &own("# 简报\n{item.G8}\n\n结论{verdict}。\n"),
    )
    .unwrap();
    assert_eq!(paper.title, "简报");
    assert_eq!(
        paper.body[1],
        Block::Paragraph(Manner::Text, "结论无法判定。".into())
    );
    assert!(part(&docx(&paper).unwrap(), "word/document.xml").contains("喆堃县教育局文件"));
    let errors = compose(&scene, Kind::Briefing, &own("# 简报\n\n{结论}\n")).unwrap_err();
    assert_eq!(
        (errors[0].file.as_str(), errors[0].line),
        ("briefing.md", 3)
    );
}

#[test]
fn every_school_has_its_page() {
    let paper = made(&County::plain(), Kind::School);
    let breaks = paper
        .body
        .iter()
        .filter(|b| **b == Block::PageBreak)
        .count();
    assert_eq!(breaks, 3);
    assert!(paper.title.starts_with("第一小学"));
}

#[test]
fn an_older_standard_makes_papers_too() {
    let standard = standard("cn-2012-3");
    let county = County::plain();
    let evaluation = county.judged(&standard);
    let scene = Scene::new(subject(&county, &standard, &evaluation));
    for kind in Kind::ALL {
        let paper = compose(&scene, kind, &Templates::new()).unwrap();
        docx(&paper).unwrap();
        let text = whole(&paper);
        for wrong in ["不详，不单独判定。该项不适用", "中，", "标准\n—"] {
            assert!(!text.contains(wrong), "{wrong}: {text}");
        }
    }
    let paper = compose(&scene, Kind::SelfEvaluation, &Templates::new()).unwrap();
    // Teachers per student: two decimals would make all schools alike.
    let row = &table(&paper, "小学各校资源配置情况").rows[0];
    assert_eq!((row[1].as_str(), row[8].as_str()), ("第一小学", "0.0700"));
}
